import type { Ending, Unreaped } from '../procfs/zombies.ts';
import type { TaskKey } from '../program/key/parse.ts';
import { withoutExisting } from './without-existing.ts';

/** Kinds of ending tasks that are remembered; more than any machine has unreaped. */
const MOST_REMEMBERED = 200_000;

/**
 * A task that ended longer ago than this, and is not unreaped, was released, whether or not that was counted: on a machine
 * that has no time for it the kernel frees a task seconds later, and its release would then be given twice.
 */
const CERTAIN_MS = 5_000;

/** Tasks of one tag that ended and were not released. */
interface Open {
  /** Of the first of them. */
  readonly key: TaskKey;
  isMixed: boolean;
  /** The app group of the first of them. */
  group: string | undefined;
  count: number;
  /** How many ended since the last turn, and between that and the one before: tasks are released in the order they ended. */
  recent: number;
  previous: number;
  /** How many of them ended before the window was closed. */
  inWindow: number;
}

/** Ended tasks of one kind, with the group under which the first of them was counted. */
export interface Found {
  readonly key: TaskKey;
  readonly group: string | undefined;
  readonly count: number;
}

/**
 * Ended tasks by their tag, until they are released. The kernel skips the program at the release of some, and finds no
 * place for others: how many is known, and whose they were follows from who ended, is not unreaped, and was never released.
 */
export class EndedTasks {
  readonly #known = new Map<string, TaskKey>();
  readonly #open = new Map<string, Open>();
  #turnedAtMs = 0;
  #isClosed = false;

  get hasOpen(): boolean {
    return this.#open.size > 0;
  }

  /** Tasks of one tag that ended. */
  end(tag: string, key: TaskKey, count: number): void {
    this.#known.delete(tag);
    this.#known.set(tag, key);
    if (this.#known.size > MOST_REMEMBERED) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    const open = this.#open.get(tag);
    if (open === undefined) {
      const inWindow = this.#isClosed ? 0 : count;
      const group = undefined;
      const isMixed = false;
      this.#open.set(tag, { key, isMixed, group, count, recent: count, previous: 0, inWindow });
    } else {
      open.isMixed ||= open.key.id !== key.id;
      open.count += count;
      open.recent += count;
      if (!this.#isClosed) open.inWindow += count;
    }
    if (this.#open.size > MOST_REMEMBERED) this.forgetOpen();
  }

  /** Under which app group the end was counted: by the time it is asked for, the id may be another process's. */
  noteGroup(tag: string, group: string): void {
    const open = this.#open.get(tag);
    if (open !== undefined) open.group ??= group;
  }

  /** Tasks of one tag that were released. @returns The key of their end; `undefined` where it was not seen. */
  release(tag: string, count: number): TaskKey | undefined {
    this.#close(tag, count);
    return this.#known.get(tag);
  }

  /** What is not yet released will not be heard of: bpftrace was started again. */
  forgetOpen(): void {
    this.#open.clear();
  }

  /** The window is closed: what ends from now on is not of it. */
  close(): void {
    this.#isClosed = true;
  }

  /** How many tasks ended in the window and are not released. Those of one tag are released in the order they ended. */
  get pending(): number {
    return [...this.#open.values()].reduce((sum, { inWindow }) => sum + inWindow, 0);
  }

  /** How many of those are gone: they are not among the tasks that still exist. */
  countGone(existing: readonly Ending[]): number {
    return this.#listGone(existing).reduce((sum, { count }) => sum + count, 0);
  }

  /** Take those that are gone for released. */
  takeGone(existing: readonly Ending[]): Found[] {
    const gone = this.#listGone(existing);
    for (const { tag, count } of gone) this.#close(tag, count);
    return gone.map(({ key, group, count }) => ({ key, group, count }));
  }

  #listGone(existing: readonly Ending[]) {
    const pending = [...this.#open].flatMap(([tag, { inWindow, ...open }]) =>
      inWindow > 0 ? [{ tag, ...open, count: inWindow }] : [],
    );
    return withoutExisting(pending, existing);
  }

  /**
   * Find whose releases are missing.
   *
   * @param missing - How many releases there were that nobody was found for yet.
   * @param unreaped - The tasks that ended and are not yet released for that reason.
   * @param nowMs - When the last ends were, on any clock.
   * @returns Keys with their numbers, no more than `missing` in all, and the groups that were noted.
   */
  takeMissing(missing: number, unreaped: readonly Unreaped[], nowMs: number): Found[] {
    this.#turn(nowMs);
    const open = [...this.#open].map(([tag, kind]) => ({ tag, ...kind }));
    const ended = withoutExisting(open, unreaped);
    // Where more are not released than are missing, some are about to be released: only those of long ago are certain.
    const isAll = ended.reduce((sum, { count }) => sum + count, 0) <= missing;
    let left = missing;
    return ended.flatMap(({ tag, key, group, count, recent, previous }) => {
      const certain = isAll ? count : count - recent - previous;
      const taken = Math.max(0, Math.min(certain, left));
      left -= taken;
      this.#close(tag, taken);
      return taken === 0 ? [] : [{ key, group, count: taken }];
    });
  }

  #turn(nowMs: number): void {
    if (nowMs - this.#turnedAtMs < CERTAIN_MS) return;
    this.#turnedAtMs = nowMs;
    for (const open of this.#open.values()) {
      open.previous = open.recent;
      open.recent = 0;
    }
  }

  #close(tag: string, count: number): void {
    const open = this.#open.get(tag);
    if (open === undefined) return;
    open.count -= count;
    open.inWindow = Math.max(0, open.inWindow - count);
    if (open.count <= 0) this.#open.delete(tag);
  }
}
