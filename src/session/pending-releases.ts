import type { Totals } from '../counters/totals.ts';
import { type Ending, identify, readEnding, type Unreaped } from '../procfs/zombies.ts';
import type { Attributor } from '../scopes/attributor.ts';
import { type CommandScope, countExited, countReleased } from '../scopes/command/scope.ts';
import type { Watch } from './session.ts';

type TotalsSource = Pick<Watch, 'latest' | 'clock' | 'nextSample' | 'assumeReleased'>;

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

/** The ending tasks that there are at a time of the kernel's clock, by what names them for good. */
interface Look {
  readonly atNs: number;
  readonly existing: ReadonlyMap<string, Ending>;
}

/** What ended in a window and is not released: by task where tasks are known, else by number alone. */
interface Pending {
  count(): number;
  /** How many of them are gone, when these are the ending tasks that still exist. */
  countGone(existing: readonly Ending[]): number;
  /**
   * Count those as released.
   *
   * @param skippedEnds - How many ends no program saw: a release without an end may be of one of these.
   * @returns For how many of those that are gone no release was counted at all.
   */
  assumeReleased(existing: readonly Ending[], skippedEnds: number): number;
}

/** Waits after a window for the releases of the tasks that ended in it, whosever they were. */
export class PendingReleases {
  readonly #watch: TotalsSource;
  readonly #open: Totals;
  readonly #unreapedAtOpen: ReadonlySet<string>;
  readonly #pending: Pending;
  #looked: Look | undefined;
  #unseen = 0;

  /** @param attributor - `undefined` where counts are not kept apart. */
  constructor(
    watch: TotalsSource,
    open: Totals,
    unreapedAtOpen: readonly Unreaped[],
    attributor: Attributor | undefined,
  ) {
    this.#watch = watch;
    this.#open = open;
    this.#unreapedAtOpen = new Set(unreapedAtOpen.map(identify));
    this.#pending = attributor === undefined ? byNumber(watch, open) : byTask(attributor);
  }

  /** How many tasks are gone although no release of them was seen. They are counted as released. */
  get unseen(): number {
    return this.#unseen;
  }

  /**
   * How many of the command's tasks ended and are not released; of all where it is not told apart. `null` where releases
   * are not counted.
   */
  countUnreleased(command: CommandScope | undefined): number | null {
    if (this.#open.counters.released === null) return null;
    const count =
      command === undefined
        ? countEnded(this.#watch.latest) - countEnded(this.#open)
        : countExited(command.total) - countReleased(command.total);
    return Math.max(0, count);
  }

  /**
   * Wait until none is left, or what is left can only be waiting to be reaped.
   *
   * @param isInterrupted - Whoever waits has had enough.
   */
  async settle(isInterrupted: () => boolean): Promise<void> {
    if (this.#open.counters.released === null) return;
    const watch = this.#watch;
    const pending = this.#pending;
    const closeNs = watch.latest.kernelNs;
    let known = pending.count();
    let lastReleaseNs = closeNs;
    let lookedAtNs = closeNs;
    // An end that the kernel skipped has a release too.
    const mayMiss = () => known + this.#skippedEnds() > 0;
    while (mayMiss() && watch.latest.kernelNs < closeNs + MOST_NS && !isInterrupted()) {
      await watch.nextSample();
      const { kernelNs } = watch.latest;
      const count = pending.count();
      if (count !== known) lastReleaseNs = kernelNs;
      known = count;
      if (kernelNs < Math.max(lastReleaseNs, lookedAtNs) + PAUSE_NS) continue;
      lookedAtNs = kernelNs;
      const before = this.#looked;
      const now = this.#look();
      this.#looked = now;
      if (before === undefined) continue;
      // On a busy machine others end and are reaped all the time: who is seen twice waits.
      const waiting = [...now.existing].filter(([name]) => before.existing.has(name));
      if (pending.countGone(waiting.map(([, task]) => task)) === 0) break;
      // A kernel may leave out a program at the release of a task and not count that either. The release of who was reaped
      // since the last look may be in no dump yet.
      const isCertain = kernelNs >= lastReleaseNs + UNSEEN_NS && kernelNs >= before.atNs;
      if (!isCertain) continue;
      const seen = new Map([...before.existing, ...now.existing]);
      const assumed = pending.assumeReleased([...seen.values()], this.#skippedEnds());
      this.#unseen += assumed;
      watch.assumeReleased(assumed);
      known = pending.count();
      lastReleaseNs = kernelNs;
    }
  }

  #look(): Look {
    const existing = readEnding().map((task): [string, Ending] => [identify(task), task]);
    return {
      atNs: this.#watch.clock.nowNs(),
      existing: new Map(existing.filter(([name]) => !this.#unreapedAtOpen.has(name))),
    };
  }

  /** Ends that no program saw, whosever they were. */
  #skippedEnds(): number {
    return this.#watch.latest.missed.exit - this.#open.missed.exit;
  }
}

function byTask(attributor: Attributor): Pending {
  return {
    count: () => attributor.pendingReleases,
    countGone: (existing) => attributor.countGone(existing),
    assumeReleased: (existing, skippedEnds) =>
      attributor.assumeReleased(existing, skippedEnds, performance.now()),
  };
}

/** Where nothing is known of tasks, those of the whole machine stand for those of the window. */
function byNumber(watch: TotalsSource, open: Totals): Pending {
  const count = () => countEnded(watch.latest) - countEnded(open);
  const countGone = (existing: readonly Ending[]) => Math.max(0, count() - existing.length);
  return { count, countGone, assumeReleased: countGone };
}

/** How many tasks ended more than were released, since attach. */
function countEnded({ counters }: Totals): number {
  const { process_exited, thread_exited, released } = counters;
  return (process_exited ?? 0) + (thread_exited ?? 0) - (released ?? 0);
}
