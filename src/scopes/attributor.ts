import type { CgroupEvent } from '../bpftrace/cgroup-events.ts';
import type { Dump } from '../bpftrace/dumps.ts';
import { buildCounters, type Counters } from '../counters/counters.ts';
import {
  addCount,
  emptyCounts,
  type MapCounts,
  type OpenCounts,
  readTotalMaps,
} from '../counters/map-counts.ts';
import { countEnded, type Totals } from '../counters/totals.ts';
import type { Plan } from '../plan/plan.ts';
import type { Zombie } from '../procfs/zombies.ts';
import { KEYS } from '../program/double-buffer.ts';
import { parseTaskKey, type TaskKey } from '../program/key/parse.ts';
import { CgroupLedger } from './cgroups/cgroup-ledger.ts';
import type { ResolvedCgroup } from './cgroups/resolved-cgroup.ts';
import { countBy } from './count-by.ts';
import { countWaiting, Ledger } from './ledger.ts';
import type { Owner } from './narrow/narrowed-scopes.ts';
import type { ScopesState } from './state.ts';
import type { KnownTasks } from './tasks/known.ts';
import type { ProcessTree } from './tasks/tree.ts';
import { toTaskKey, type ZombieChange } from './zombie-change.ts';

export interface AttributorOptions {
  readonly plan: Plan;
  readonly tree: ProcessTree;
  readonly cgroupOf: (task: TaskKey, nowMs: number) => ResolvedCgroup;
  /** What is known by now of a cgroup that `cgroupOf` has returned, by its path. */
  readonly placeOf: (path: string, nowMs: number) => ResolvedCgroup;
  /** The path of the cgroup of a process that is still in /proc; `undefined` where it is gone. */
  readonly pathOfProcess: (id: number) => string | undefined;
  readonly isCgroupLive: (path: string) => boolean;
  /** Whether tasks of a cgroup are told apart by /proc alone, so that its counts are approximate. */
  readonly isApproximate?: (path: string) => boolean;
  /** See `AppGroups.hidden`. */
  readonly hiddenApps?: ReadonlySet<string>;
  /** Completes keys that hold a process id alone; `undefined` where the kernel's keys hold everything. */
  readonly knownTasks?: KnownTasks | undefined;
  /** Called with every cgroup that was made or removed, before any key of the same dump is resolved. */
  readonly onCgroupEvent?: ((event: CgroupEvent) => void) | undefined;
  /** Called with every key that could be read, after all callers of its dump are known. */
  readonly onKey?: (key: TaskKey, count: number, nowMs: number, owner: Owner) => void;
  /** Called after each dump. */
  readonly onTaken?: (nowMs: number) => void;
}

/** Whose the zombies are. They are looked for seldom and shared out at every dump, so what /proc says of them is kept. */
interface FreshZombies {
  readonly byApp: ReadonlyMap<string, number>;
  /** The cgroup of each. A path stays, while the name under which a cgroup is counted may change between two looks. */
  readonly paths: readonly string[];
}

/**
 * Gives every event of a dump to an app group and to a cgroup. An event that is in the totals and under no key is `dropped`,
 * because the kernel's table was full; one of which nobody knows whose it was is `unattributed`. For each counter the app
 * groups with these two, and the cgroups with these two, add up to the totals.
 */
export class Attributor {
  readonly #options: AttributorOptions;
  readonly #apps = new Ledger<string>();
  readonly #cgroups: CgroupLedger;
  readonly #dropped: OpenCounts = emptyCounts();
  readonly #unattributed: OpenCounts = emptyCounts();
  /** The totals of this bpftrace's maps at the dump before. */
  #totalMaps: MapCounts | undefined;
  #totals: Totals | undefined;
  #run = 0;
  /** Tasks that were released and whose exit was not counted: zombies of the start, and tasks whose exit was lost. */
  #withoutEnd = 0;
  /** Zombies that are new since the start, at the last look. */
  #fresh: FreshZombies = { byApp: new Map(), paths: [] };
  /** Zombies of the start that are gone. */
  #reaped = 0;
  #waiting = 0;

  constructor(options: AttributorOptions) {
    this.#options = options;
    this.#cgroups = new CgroupLedger(options.placeOf);
  }

  /**
   * Take one dump.
   *
   * @param totals - Those after this dump.
   * @param zombies - What is known of zombies by now.
   */
  take(dump: Dump, totals: Totals, nowMs: number, zombies?: ZombieChange): void {
    const { tree, knownTasks, onCgroupEvent } = this.#options;
    for (const event of dump.cgroupEvents) onCgroupEvent?.(event);
    knownTasks?.note(dump);
    if (totals.run !== this.#run) this.#totalMaps = undefined;
    this.#run = totals.run;
    const keys = this.#readKeys(dump);
    for (const { key } of keys) tree.note(key, nowMs);
    const keyed = emptyCounts();
    for (const { key, count } of keys) {
      addCount(keyed, key.counter, key.index, count);
      this.#give(key, count, nowMs);
    }
    const totalMaps = readTotalMaps(dump);
    addDropped(this.#dropped, totalMaps, this.#totalMaps, keyed);
    this.#totalMaps = totalMaps;
    if (zombies?.fresh !== undefined) this.#fresh = this.#locate(zombies.fresh, nowMs);
    this.#reaped = zombies?.reaped ?? this.#reaped;
    this.#release(totals, nowMs);
    this.#addMissed(totals);
    this.#totals = totals;
    this.#cgroups.renew(nowMs);
    tree.sweep(nowMs);
    this.#options.onTaken?.(nowMs);
  }

  /** Tasks whose exit was counted and that are not released. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The counters of all scopes after the last dump. */
  state(): ScopesState {
    const { hiddenApps, isCgroupLive, isApproximate } = this.#options;
    const count = (counts: MapCounts): Counters => buildCounters(this.#options.plan, counts);
    return {
      apps: this.#apps.list(count).map(([name, counters]) => ({
        name,
        isHidden: hiddenApps?.has(name) ?? false,
        counters,
      })),
      cgroups: this.#cgroups.list(count).flatMap(([key, counters]) => {
        const place = this.#cgroups.places.get(key);
        return place === undefined
          ? []
          : [
              {
                key,
                ...place,
                isLive: isCgroupLive(place.path),
                isApproximate: isApproximate?.(place.path) ?? false,
                counters,
              },
            ];
      }),
      dropped: count(this.#dropped),
      unattributed: count(this.#unattributed),
    };
  }

  /** Forget the counts of a cgroup that is gone, by its key. Should it come back, it counts from zero. */
  forgetCgroup(key: string): void {
    this.#cgroups.forget(key);
  }

  #readKeys(dump: Dump): { key: TaskKey; count: number }[] {
    const read: { key: TaskKey; count: number }[] = [];
    for (const [text, count] of dump.keyed.get(KEYS) ?? []) {
      const parsed = parseTaskKey(text);
      if (parsed === undefined) continue;
      read.push({ key: this.#options.knownTasks?.complete(parsed) ?? parsed, count });
    }
    return read;
  }

  #give(key: TaskKey, count: number, nowMs: number): void {
    const { tree, cgroupOf, onKey } = this.#options;
    const owner = { app: tree.groupOf(key, nowMs), cgroup: cgroupOf(key, nowMs) };
    this.#apps.add(owner.app, key.counter, key.index, count);
    this.#cgroups.add(owner.cgroup, key.counter, key.index, count);
    onKey?.(key, count, nowMs, owner);
  }

  #locate(zombies: readonly Zombie[], nowMs: number): FreshZombies {
    const { tree, pathOfProcess } = this.#options;
    return {
      byApp: countBy(zombies, (zombie) => tree.groupOf(toTaskKey(zombie), nowMs)),
      paths: zombies.flatMap(({ id }) => pathOfProcess(id) ?? []),
    };
  }

  /** Share the tasks released since the dump before among the scopes in which tasks have ended; see `shareReleases`. */
  #release(totals: Totals, nowMs: number): void {
    const { released } = totals.counters;
    const ended = countEnded(totals);
    if (released === null || ended === null) return;
    const now = released - (this.#totals?.counters.released ?? 0);
    const least = Math.max(this.#withoutEnd, this.#reaped, released - ended);
    // `reaped` comes from /proc, which may be ahead of the dump: at most what was released since the dump before.
    const withoutEnd = Math.min(least, this.#withoutEnd + now);
    const waiting = ended - released + withoutEnd;
    this.#withoutEnd = withoutEnd;
    this.#waiting = waiting;
    const { byApp, paths } = this.#fresh;
    const apps = this.#apps.release(waiting, byApp);
    this.#cgroups.release(
      waiting,
      paths.map((path) => this.#options.placeOf(path, nowMs)),
    );
    const rest = now - apps;
    const dropped = Math.min(rest, countWaiting(this.#dropped));
    if (dropped > 0) addCount(this.#dropped, 'released', 0, dropped);
    if (rest > dropped) addCount(this.#unattributed, 'released', 0, rest - dropped);
  }

  /** Missed execs are in the totals, and nobody knows whose they were. */
  #addMissed(totals: Totals): void {
    const missed = totals.missed.exec - (this.#totals?.missed.exec ?? 0);
    if (missed > 0) addCount(this.#unattributed, 'exec', 0, missed);
  }
}

function addDropped(
  dropped: OpenCounts,
  totals: MapCounts,
  before: MapCounts | undefined,
  keyed: MapCounts,
): void {
  for (const [counter, total] of totals.maps) {
    const rest = total - (before?.maps.get(counter) ?? 0) - (keyed.maps.get(counter) ?? 0);
    if (rest > 0) addCount(dropped, counter, 0, rest);
  }
  for (const [errno, total] of totals.errors) {
    const rest = total - (before?.errors.get(errno) ?? 0) - (keyed.errors.get(errno) ?? 0);
    if (rest > 0) addCount(dropped, 'error', errno, rest);
  }
}
