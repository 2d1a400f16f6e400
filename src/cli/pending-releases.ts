import { type CommandScope, countExited, countReleased } from '../attribution/command-scope.ts';
import { readUnreaped, type Unreaped } from '../attribution/unreaped.ts';
import type { Sample } from '../counters/samples.ts';
import type { Watch } from './watch.ts';

/** A released task is freed after an RCU grace period: 10-50 ms on a quiet machine, seconds on one that has no time for it. */
const SETTLE_NS = 20e9;

/** When no release came for so long, we look whether what is missing waits to be reaped. */
const PAUSE_NS = 1e9;

/**
 * The tasks that ended in a window and are not yet released. Where the command's own tasks are known they decide: on a
 * busy machine those of others would hide that some are missing.
 */
export class PendingReleases {
  readonly #watch: Watch;
  readonly #open: Sample;
  readonly #unreapedAtOpen: ReadonlySet<number>;

  constructor(watch: Watch, open: Sample, unreapedAtOpen: readonly Unreaped[]) {
    this.#watch = watch;
    this.#open = open;
    this.#unreapedAtOpen = new Set(unreapedAtOpen.map(({ id }) => id));
  }

  /** How many; `null` where releases are not counted. */
  count(command: CommandScope | undefined): number | null {
    return this.#open.counters.released === null ? null : Math.max(0, this.#missing(command));
  }

  /** Wait until none is left, or what is left can only be waiting to be reaped. */
  async settle(command: CommandScope | undefined): Promise<void> {
    if (this.#open.counters.released === null) return;
    const watch = this.#watch;
    const closeNs = watch.latest.kernelNs;
    let lastReleaseNs = closeNs;
    let known = released(watch.latest);
    while (this.#missing(command) > 0 && watch.latest.kernelNs < closeNs + SETTLE_NS) {
      await watch.nextSample();
      const { latest } = watch;
      if (released(latest) > known) lastReleaseNs = latest.kernelNs;
      known = released(latest);
      if (latest.kernelNs < lastReleaseNs + PAUSE_NS) continue;
      const unreaped = readUnreaped().filter(({ id }) => !this.#unreapedAtOpen.has(id));
      if (this.#missing(command) <= unreaped.length) break;
      lastReleaseNs = latest.kernelNs;
    }
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
