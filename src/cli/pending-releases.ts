import { type CommandScope, countExited, countReleased } from '../attribution/command-scope.ts';
import { countEnding, identify, readUnreaped, type Unreaped } from '../attribution/unreaped.ts';
import type { Sample } from '../counters/samples.ts';
import type { Watch } from './watch.ts';

/** No longer than this is waited for releases. */
const MOST_NS = 60e9;

/** When no release came for so long, we look whether what is missing waits to be reaped. */
const PAUSE_NS = 1e9;

/**
 * A released task is freed after an RCU grace period: 10-50 ms on a quiet machine, a second on a busy one. When no
 * release came for so long, and the tasks are gone, it was not seen. Longer than the attributor takes to find whose the
 * releases were that the kernel says it skipped.
 */
const UNSEEN_NS = 12e9;

/**
 * The tasks that ended in a window and are not yet released. Where the command's own tasks are known they decide: on a
 * busy machine those of others would hide that some are missing.
 */
export class PendingReleases {
  readonly #watch: Watch;
  readonly #open: Sample;
  readonly #unreapedAtOpen: ReadonlySet<number>;
  #unreaped: ReadonlySet<string> = new Set();
  #unseen = 0;

  constructor(watch: Watch, open: Sample, unreapedAtOpen: readonly Unreaped[]) {
    this.#watch = watch;
    this.#open = open;
    this.#unreapedAtOpen = new Set(unreapedAtOpen.map(({ id }) => id));
  }

  /** How many tasks are gone although no release of them was seen. They are counted as released. */
  get unseen(): number {
    return this.#unseen;
  }

  /** How many are not released; `null` where releases are not counted. */
  count(command: CommandScope | undefined): number | null {
    return this.#open.counters.released === null ? null : Math.max(0, this.#missing(command));
  }

  /** Wait until none is left, or what is left can only be waiting to be reaped. */
  async settle(command: CommandScope | undefined): Promise<void> {
    if (this.#open.counters.released === null) return;
    const watch = this.#watch;
    const releases = () =>
      command === undefined ? released(watch.latest) : countReleased(command.total);
    const closeNs = watch.latest.kernelNs;
    let known = releases();
    let lastReleaseNs = closeNs;
    let lookedAtNs = closeNs;
    // An end that the kernel skipped has a release too.
    const mayMiss = () => this.#missing(command) + this.#skippedEnds() > 0;
    while (mayMiss() && watch.latest.kernelNs < closeNs + MOST_NS) {
      await watch.nextSample();
      const { kernelNs } = watch.latest;
      if (releases() !== known) lastReleaseNs = kernelNs;
      known = releases();
      if (kernelNs < Math.max(lastReleaseNs, lookedAtNs) + PAUSE_NS) continue;
      lookedAtNs = kernelNs;
      if (this.#missing(command) <= this.#countStillUnreaped()) break;
      if (kernelNs < lastReleaseNs + UNSEEN_NS) continue;
      this.#assumeReleased(this.#missing(command) - countEnding());
      lastReleaseNs = kernelNs;
    }
  }

  /** A kernel may leave out a program at the release of a task and not count that either. */
  #assumeReleased(count: number): void {
    if (count <= 0) return;
    this.#unseen += count;
    this.#watch.assumeReleased(count);
  }

  /** Those that were unreaped at the last look too: on a busy machine others end and are reaped all the time. */
  #countStillUnreaped(): number {
    const before = this.#unreaped;
    this.#unreaped = new Set(
      readUnreaped()
        .filter(({ id }) => !this.#unreapedAtOpen.has(id))
        .map(identify),
    );
    return [...this.#unreaped].filter((name) => before.has(name)).length;
  }

  /** Ends that no program saw, whosever they were. */
  #skippedEnds(): number {
    return this.#watch.latest.missed.exit - this.#open.missed.exit;
  }

  #missing(command: CommandScope | undefined): number {
    if (command !== undefined) return countExited(command.total) - countReleased(command.total);
    const { latest } = this.#watch;
    return exited(latest) - exited(this.#open) - (released(latest) - released(this.#open));
  }
}

function exited({ counters }: Sample): number {
  return (counters.process_exited ?? 0) + (counters.thread_exited ?? 0);
}

function released({ counters }: Sample): number {
  return counters.released ?? 0;
}
