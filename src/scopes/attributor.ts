import type { Dump } from '../bpftrace/dumps.ts';
import type { CgroupEvent } from '../bpftrace/lines.ts';
import { addCount, emptyCounts, type MapCounts, type OpenCounts } from '../counters/map-counts.ts';
import type { Ending, Unreaped } from '../procfs/zombies.ts';
import { KEYS } from '../program/double-buffer.ts';
import { buildTag, parseTaskKey, type TaskKey } from '../program/key/parse.ts';
import { CgroupLedger } from './cgroups/cgroup-ledger.ts';
import type { ResolvedCgroup } from './cgroups/resolve-cgroup.ts';
import { EndedTasks, type Found } from './ended-tasks.ts';
import { Ledger } from './ledger.ts';
import { type Skipped, SkippedReleases } from './skipped-releases.ts';
import type { KnownTasks } from './tasks/known.ts';
import type { ProcessTree } from './tasks/tree.ts';

/** Looking for unreaped tasks reads /proc of every process. */
const SEARCH_PAUSE_MS = 1_000;

const NONE_SKIPPED: Skipped = { count: 0, readAtNs: 0 };

export interface AttributorOptions {
  readonly tree: ProcessTree;
  readonly cgroupOf: (task: TaskKey, nowMs: number) => ResolvedCgroup;
  /** What is known by now of a cgroup that `cgroupOf` has given, by its path. */
  readonly placeOf: (path: string, nowMs: number) => ResolvedCgroup;
  /** What a release holds: everything of the dead task, the tag of the key of its end, or its process id and cgroup. */
  readonly releasesBy: 'task' | 'tag' | 'id';
  readonly readUnreaped: () => readonly Unreaped[];
  /** Completes keys that hold a process id alone; `undefined` where the kernel's keys hold everything. */
  readonly knownTasks?: KnownTasks | undefined;
  /** Called with every cgroup that was made or removed, before any key of the same dump is resolved. */
  readonly onCgroupEvent?: ((event: CgroupEvent) => void) | undefined;
  /** Called with every key that could be read, after all callers of its dump are known. */
  readonly onKey?: (key: TaskKey, count: number, nowMs: number) => void;
}

/**
 * Gives every event of a dump to an app group and a cgroup. What does not fit into the kernel's map is `overflow`, and a
 * release whose task is not known `unknown`: for each counter, the groups and these two add up to the whole.
 */
export class Attributor {
  readonly apps = new Ledger<string>();
  readonly cgroups: CgroupLedger;
  readonly #options: AttributorOptions;
  readonly #ended = new EndedTasks();
  #overflow: OpenCounts = emptyCounts();
  #unknown: OpenCounts = emptyCounts();
  #totals: MapCounts | undefined;
  #run = 0;
  #isClosed = false;
  readonly #skipped = new SkippedReleases();
  #searchedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: AttributorOptions) {
    this.#options = options;
    this.cgroups = new CgroupLedger(options.placeOf);
  }

  /** Counted by the kernel, but under no key. */
  get overflow(): MapCounts {
    return this.#overflow;
  }

  /** Releases of tasks that ended before we watched, or that the kernel could not remember. */
  get unknown(): MapCounts {
    return this.#unknown;
  }

  /** Releases that the kernel skipped, and that were given to the tasks that are missing. */
  get foundReleases(): number {
    return this.#skipped.found;
  }

  /** Releases that the kernel skipped, and of which nobody knows whose they were. */
  get missingReleases(): number {
    return this.#skipped.missing;
  }

  /** Count from zero again; what is known of processes stays. */
  reset(): void {
    this.#ended.forgetOpen();
    this.#skipped.reset();
    this.apps.clear();
    this.cgroups.clear();
    this.#overflow = emptyCounts();
    this.#unknown = emptyCounts();
  }

  /** The window is closed: from here on releases alone are counted, which come some time after the end. */
  close(): void {
    this.#isClosed = true;
    this.#ended.close();
  }

  /** Tasks that ended in the window and are not released. */
  get pendingReleases(): number {
    return this.#ended.pending;
  }

  /** How many of those are gone, when these are the ending tasks that still exist. */
  countGone(existing: readonly Ending[]): number {
    return this.#ended.countGone(existing);
  }

  /**
   * Count as released those that are gone.
   *
   * @param skippedEnds - How many ends were not seen: as many releases of unknown tasks may be of these.
   * @returns For how many of them no release was counted at all: whoever counts the whole must count these too.
   */
  assumeReleased(existing: readonly Ending[], skippedEnds: number, nowMs: number): number {
    let left = this.#giveReleases(this.#ended.takeGone(existing), nowMs);
    left -= this.#skipped.find(Math.min(left, this.#skipped.missing));
    left -= takeReleased(this.#overflow, left);
    left -= takeReleased(this.#unknown, left, skippedEnds);
    // With those that the kernel says it skipped they come back in `take`.
    return this.#skipped.find(left);
  }

  /**
   * Take one dump.
   *
   * @param run - Which bpftrace it is of: the totals of each start at 0.
   * @param skipped - Releases that the kernel has skipped.
   */
  take(dump: Dump, run: number, nowMs: number, skipped: Skipped = NONE_SKIPPED): void {
    const { tree, knownTasks, onCgroupEvent } = this.#options;
    for (const event of dump.cgroupEvents) onCgroupEvent?.(event);
    knownTasks?.note(dump);
    if (run !== this.#run) {
      this.#totals = undefined;
      this.#ended.forgetOpen();
    }
    this.#run = run;
    this.#skipped.take(skipped, dump.kernelNs);
    const keys = this.#readKeys(dump);
    for (const { key } of keys) if (!this.#isRemembered(key)) tree.note(key, nowMs);
    const keyed = emptyCounts();
    for (const { key, count } of keys) {
      addCount(keyed, key.counter, key.index, count);
      if (this.#counts(key.counter)) this.#give(key, count, nowMs);
    }
    const totals = readTotals(dump);
    addOverflow(this.#overflow, totals, this.#totals, keyed, (counter) => this.#counts(counter));
    this.#totals = totals;
    this.#giveMissing(dump.kernelNs / 1e6, nowMs);
    this.cgroups.renew(nowMs);
    tree.sweep(nowMs);
  }

  #counts(counter: string): boolean {
    return !this.#isClosed || counter === 'released';
  }

  #readKeys(dump: Dump): { key: TaskKey; count: number }[] {
    const read: { key: TaskKey; count: number }[] = [];
    for (const [text, count] of dump.keyed.get(KEYS) ?? []) {
      const parsed = parseTaskKey(text);
      if (parsed === undefined) continue;
      const key = this.#options.knownTasks?.complete(parsed) ?? parsed;
      read.push({ key, count });
      if (isEnding(key)) this.#ended.end(this.#tagOf(key), key, count);
    }
    return read;
  }

  /** Such a key holds a tag, and nothing of a process. */
  #isRemembered({ counter }: TaskKey): boolean {
    return this.#options.releasesBy === 'tag' && counter === 'released';
  }

  /** The task that a release is of; `undefined` where it ended before we watched, or found no place in the kernel. */
  #findEnded(key: TaskKey, count: number): TaskKey | undefined {
    const ended = this.#ended.release(this.#tagOf(key), count);
    if (this.#isRemembered(key)) return ended;
    return this.#options.releasesBy === 'id' && key.id === 0 ? undefined : key;
  }

  /** Under what an ending task and its release are known. A dead task may have another parent, and count as long-lived. */
  #tagOf(key: TaskKey): string {
    switch (this.#options.releasesBy) {
      case 'task':
        return `${key.comm},${key.cgroup}`;
      case 'tag':
        return this.#isRemembered(key) ? key.tag : buildTag(key.tag);
      case 'id':
        return `${key.id},${key.cgroup}`;
    }
  }

  /** Releases that were counted, but under no key: give them to the tasks that ended and were never released. */
  #giveMissing(dumpMs: number, nowMs: number): void {
    const { searchable } = this.#skipped;
    const overflow = this.#overflow.maps.get('released') ?? 0;
    if (searchable + overflow <= 0 || !this.#ended.hasOpen) return;
    if (nowMs - this.#searchedAtMs < SEARCH_PAUSE_MS) return;
    this.#searchedAtMs = nowMs;
    const unreaped = this.#options.readUnreaped();
    const missing = this.#ended.takeMissing(searchable + overflow, unreaped, dumpMs);
    const left = this.#giveReleases(missing, nowMs);
    this.#skipped.find(left - takeReleased(this.#overflow, left));
  }

  /** @returns How many these are. */
  #giveReleases(found: readonly Found[], nowMs: number): number {
    for (const { key, group, count } of found) {
      this.#giveTo({ ...key, counter: 'released' }, count, nowMs, group);
    }
    return found.reduce((sum, { count }) => sum + count, 0);
  }

  #give(key: TaskKey, count: number, nowMs: number): void {
    if (key.counter !== 'released') {
      const group = this.#giveTo(key, count, nowMs);
      if (isEnding(key)) this.#ended.noteGroup(this.#tagOf(key), group);
      return;
    }
    const ended = this.#findEnded(key, count);
    if (ended === undefined) addCount(this.#unknown, key.counter, key.index, count);
    else this.#giveTo({ ...ended, counter: key.counter }, count, nowMs);
  }

  /** @returns The app group, looked up where it is not known. */
  #giveTo(
    task: TaskKey,
    count: number,
    nowMs: number,
    group = this.#options.tree.groupOf(task, nowMs),
  ): string {
    const { cgroupOf, onKey } = this.#options;
    this.apps.add(group, task.counter, task.index, count);
    this.cgroups.add(cgroupOf(task, nowMs), task.counter, task.index, count);
    onKey?.(task, count, nowMs);
    return group;
  }
}

/** Take away releases that have a task by now, as many as there are above `kept`. @returns How many that were. */
function takeReleased(counts: OpenCounts, most: number, kept = 0): number {
  const taken = Math.max(0, Math.min(most, (counts.maps.get('released') ?? 0) - kept));
  if (taken > 0) addCount(counts, 'released', 0, -taken);
  return taken;
}

function isEnding({ counter }: TaskKey): boolean {
  return counter.endsWith('_exited');
}

/** All that was counted, key or no key. */
function readTotals(dump: Dump): MapCounts {
  const errors = [...(dump.keyed.get('error') ?? [])];
  return {
    maps: new Map([...dump.scalars, ['error', errors.reduce((sum, [, count]) => sum + count, 0)]]),
    errors: new Map(errors.map(([errno, count]) => [Number(errno), count])),
  };
}

function addOverflow(
  overflow: OpenCounts,
  totals: MapCounts,
  before: MapCounts | undefined,
  keyed: MapCounts,
  counts: (counter: string) => boolean,
): void {
  for (const [counter, total] of totals.maps) {
    if (counter === 'error' || !counts(counter)) continue;
    const rest = total - (before?.maps.get(counter) ?? 0) - (keyed.maps.get(counter) ?? 0);
    if (rest > 0) addCount(overflow, counter, 0, rest);
  }
  if (!counts('error')) return;
  for (const [errno, total] of totals.errors) {
    const rest = total - (before?.errors.get(errno) ?? 0) - (keyed.errors.get(errno) ?? 0);
    if (rest > 0) addCount(overflow, 'error', errno, rest);
  }
}
