import { KEYS } from '../program/halves.ts';
import type { Frame } from '../tracer/frames.ts';
import type { CgroupEvent } from '../tracer/lines.ts';
import type { ResolvedCgroup } from './cgroups/resolve-cgroup.ts';
import type { KnownTasks } from './known-tasks.ts';
import { Ledger } from './ledger.ts';
import { addCount, emptyCounts, type MapCounts, type OpenCounts } from './map-counts.ts';
import type { ProcessTree } from './process-tree.ts';
import { buildTag, parseTaskKey, type TaskKey } from './task-key.ts';

/** Ending tasks that are remembered for their release; more than any machine has zombies. */
const MAX_REMEMBERED = 200_000;

export interface AttributorOptions {
  readonly tree: ProcessTree;
  readonly cgroupOf: (cgroupId: string, nowMs: number) => ResolvedCgroup;
  /** What is known by now of a cgroup that `cgroupOf` has given, by its path. */
  readonly placeOf: (path: string, nowMs: number) => ResolvedCgroup;
  /** The kernel remembers ending tasks by the tag of their key, and their release holds nothing but that. */
  readonly remembersEnding: boolean;
  /** Completes keys that hold a process id alone; `undefined` where the kernel's keys hold everything. */
  readonly knownTasks?: KnownTasks | undefined;
  /** Called with every cgroup that was made or removed, before any key of the same frame is resolved. */
  readonly onCgroupEvent?: ((event: CgroupEvent) => void) | undefined;
  /** Called with every key that could be read, after all callers of its frame are known. */
  readonly onKey?: (key: TaskKey, count: number, nowMs: number) => void;
}

/** A cgroup that has counts, as it is known by now. */
export interface Place extends ResolvedCgroup {
  /** Netdata has another chart type for it by now, under which its new events are counted: these counts stay as they are. */
  readonly isRenamed: boolean;
}

/**
 * Gives every event of a frame to an app group and a cgroup. What does not fit into the kernel's map is `overflow`, and a
 * release whose task is not known `unknown`: for each counter, the groups and these two add up to the whole.
 */
export class Attributor {
  readonly apps = new Ledger<string>();
  /** By chart type, and by path as long as a cgroup is not settled; see `places`. */
  readonly cgroups = new Ledger<string>();
  /** What is known of the cgroups that have counts, by the same names. */
  readonly places = new Map<string, Place>();
  readonly #options: AttributorOptions;
  readonly #remembered = new Map<string, TaskKey>();
  #overflow: OpenCounts = emptyCounts();
  #unknown: OpenCounts = emptyCounts();
  #totals: MapCounts | undefined;
  #run = 0;
  #isClosed = false;

  constructor(options: AttributorOptions) {
    this.#options = options;
  }

  /** Counted by the kernel, but under no key. */
  get overflow(): MapCounts {
    return this.#overflow;
  }

  /** Releases of tasks that ended before we watched, or that the kernel could not remember. */
  get unknown(): MapCounts {
    return this.#unknown;
  }

  /** Count from zero again; what is known of processes stays. */
  reset(): void {
    this.apps.clear();
    this.cgroups.clear();
    this.#overflow = emptyCounts();
    this.#unknown = emptyCounts();
  }

  /** The window is closed: from here on releases alone are counted, which come some time after the end. */
  close(): void {
    this.#isClosed = true;
  }

  /** Take one frame. @param run - Which bpftrace it is of: the totals of each start at 0. */
  take(frame: Frame, run: number, nowMs: number): void {
    const { tree, knownTasks, onCgroupEvent } = this.#options;
    for (const event of frame.cgroupEvents) onCgroupEvent?.(event);
    knownTasks?.note(frame);
    const keys = this.#readKeys(frame);
    for (const { key } of keys) if (!this.#isRemembered(key)) tree.note(key, nowMs);
    const keyed = emptyCounts();
    for (const { key, count } of keys) {
      addCount(keyed, key.counter, key.index, count);
      if (this.#counts(key.counter)) this.#give(key, count, nowMs);
    }
    if (run !== this.#run) this.#totals = undefined;
    this.#run = run;
    const totals = readTotals(frame);
    addOverflow(this.#overflow, totals, this.#totals, keyed, (counter) => this.#counts(counter));
    this.#totals = totals;
    this.#renewPlaces(nowMs);
    tree.sweep(nowMs);
  }

  /** Also where nothing happens any more: a container may be idle once Netdata has its name, and Netdata may start after us. */
  #renewPlaces(nowMs: number): void {
    for (const [name, place] of this.places) {
      if (place.isRenamed) continue;
      const known = this.#options.placeOf(place.path, nowMs);
      const isRenamed = nameOf(known) !== name;
      if (!isRenamed) continue;
      if (place.isSettled) {
        this.places.set(name, { ...place, isRenamed });
      } else {
        this.places.delete(name);
        this.#place(known);
        this.cgroups.move(name, nameOf(known));
      }
    }
  }

  #place(place: ResolvedCgroup): string {
    const name = nameOf(place);
    this.places.set(name, { ...place, isRenamed: false });
    return name;
  }

  #counts(counter: string): boolean {
    return !this.#isClosed || counter === 'released';
  }

  #readKeys(frame: Frame): { key: TaskKey; count: number }[] {
    const read: { key: TaskKey; count: number }[] = [];
    for (const [text, count] of frame.keyed.get(KEYS) ?? []) {
      const parsed = parseTaskKey(text);
      if (parsed === undefined) continue;
      const key = this.#options.knownTasks?.complete(parsed) ?? parsed;
      read.push({ key, count });
      if (this.#options.remembersEnding && isEnding(key)) this.#remember(buildTag(key.tag), key);
    }
    return read;
  }

  /** Whose release it was, the kernel could not say: the task ended before we watched, or found no place. */
  #isForgotten({ counter, id }: TaskKey): boolean {
    return this.#options.knownTasks !== undefined && counter === 'released' && id === 0;
  }

  /** Such a key holds a tag, and nothing of a process. */
  #isRemembered({ counter }: TaskKey): boolean {
    return this.#options.remembersEnding && counter === 'released';
  }

  #remember(tag: string, key: TaskKey): void {
    this.#remembered.delete(tag);
    this.#remembered.set(tag, key);
    if (this.#remembered.size > MAX_REMEMBERED) {
      const [oldest] = this.#remembered.keys();
      if (oldest !== undefined) this.#remembered.delete(oldest);
    }
  }

  #give(key: TaskKey, count: number, nowMs: number): void {
    const { tree, cgroupOf, onKey } = this.#options;
    const isRemembered = this.#isRemembered(key);
    const ended = isRemembered ? this.#remembered.get(key.tag) : key;
    if (ended === undefined || this.#isForgotten(key)) {
      addCount(this.#unknown, key.counter, key.index, count);
      return;
    }
    const task = isRemembered ? { ...ended, counter: key.counter } : ended;
    this.apps.add(tree.groupOf(task, nowMs), key.counter, key.index, count);
    const place = cgroupOf(task.cgroup, nowMs);
    this.cgroups.add(this.#place(place), key.counter, key.index, count);
    onKey?.(task, count, nowMs);
  }
}

/** A path begins with a slash, and a chart type never does. */
function nameOf({ isSettled, chartType, path }: ResolvedCgroup): string {
  return isSettled ? chartType : path;
}

function isEnding({ counter }: TaskKey): boolean {
  return counter.endsWith('_exited');
}

/** All that was counted, key or no key. */
function readTotals(frame: Frame): MapCounts {
  const errors = [...(frame.keyed.get('error') ?? [])];
  return {
    maps: new Map([...frame.scalars, ['error', errors.reduce((sum, [, count]) => sum + count, 0)]]),
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
