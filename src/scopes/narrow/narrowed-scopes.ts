import { buildCounters, type Counters } from '../../counters/counters.ts';
import {
  addCount,
  emptyCounts,
  type MapCounts,
  type OpenCounts,
} from '../../counters/map-counts.ts';
import type { Plan } from '../../plan/plan.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import { CgroupLedger } from '../cgroups/cgroup-ledger.ts';
import type { ResolvedCgroup } from '../cgroups/resolved-cgroup.ts';
import { Ledger } from '../ledger.ts';
import type { AppState, CgroupState, ScopesState } from '../state.ts';
import type { Descent } from './descent.ts';
import { buildCommTest, isInCgroup, type Wanted } from './wanted.ts';

/**
 * What those did that a view is narrowed to, since the start. A value that can be written as JSON. Releases are absent: they
 * are known of scopes, not of tasks.
 */
export interface NarrowedState extends Pick<ScopesState, 'apps' | 'cgroups'> {
  readonly total: Counters;
}

/** Whose an event is. */
export interface Owner {
  readonly app: string;
  readonly cgroup: ResolvedCgroup;
}

export interface NarrowedOptions {
  readonly wanted: Wanted;
  readonly plan: Plan;
  /** Of `wanted.pid`. */
  readonly descent: Descent | undefined;
  /** The path of a cgroup of version 2 by its id; `undefined` where it is not known. */
  readonly pathOf: (cgroup: string, nowMs: number) => string | undefined;
  /** The parent and the real user of a process that exists; `undefined` where it is gone. */
  readonly readKin: (id: number) => { readonly parent: number; readonly user: number } | undefined;
  /** See `AttributorOptions`. */
  readonly placeOf: (path: string, nowMs: number) => ResolvedCgroup;
}

/** Counts once more the events of those that a view is narrowed to, in all, by app group and by cgroup. */
export class NarrowedScopes {
  readonly #options: NarrowedOptions;
  readonly #isComm: ((comm: string) => boolean) | undefined;
  readonly #total: OpenCounts = emptyCounts();
  readonly #apps = new Ledger<string>();
  readonly #cgroups: CgroupLedger;

  constructor(options: NarrowedOptions) {
    this.#options = options;
    const { comm } = options.wanted;
    this.#isComm = comm === undefined ? undefined : buildCommTest(comm);
    this.#cgroups = new CgroupLedger(options.placeOf);
  }

  /** @returns Whether the event is of those that are wanted, and was counted. */
  take(key: TaskKey, count: number, nowMs: number, { app, cgroup }: Owner): boolean {
    if (!this.#isWanted(key, nowMs, cgroup)) return false;
    addCount(this.#total, key.counter, key.index, count);
    this.#apps.add(app, key.counter, key.index, count);
    this.#cgroups.add(cgroup, key.counter, key.index, count);
    return true;
  }

  /** All keys of a dump were taken. */
  renew(nowMs: number): void {
    this.#cgroups.renew(nowMs);
  }

  /** Whether a process is wanted that is known by /proc, such as a parent of zombies. */
  isWantedProcess(
    { id, comm, cgroup }: Readonly<{ id: number; comm: string | null; cgroup: string | null }>,
    nowMs: number,
  ): boolean {
    const { wanted, descent, readKin, placeOf } = this.#options;
    const kin = readKin(id);
    const isOfUser = wanted.user === undefined || kin?.user === wanted.user.id;
    const isComm = this.#isComm?.(comm ?? '') ?? true;
    const descends = descent?.includes({ id, parent: kin?.parent ?? 0 }, nowMs) ?? true;
    if (!isOfUser || !isComm || !descends) return false;
    if (wanted.cgroup === undefined) return true;
    const place = cgroup === null ? undefined : placeOf(cgroup, nowMs);
    return isInCgroup(wanted.cgroup, [cgroup, place?.path], place);
  }

  /** @param ofAll - The state of the cgroups of the whole machine, for what is known of each. */
  state(ofAll: ScopesState): NarrowedState {
    const known = new Map(ofAll.cgroups.map((cgroup) => [cgroup.key, cgroup]));
    const hidden = new Set(ofAll.apps.flatMap(({ name, isHidden }) => (isHidden ? [name] : [])));
    const count = (counts: MapCounts): Counters => ({
      ...buildCounters(this.#options.plan, counts),
      released: null,
    });
    return {
      total: count(this.#total),
      apps: this.#apps
        .list(count)
        .map(([name, counters]): AppState => ({ name, isHidden: hidden.has(name), counters })),
      cgroups: this.#cgroups.list(count).flatMap(([key, counters]): CgroupState[] => {
        const place = this.#cgroups.places.get(key);
        if (place === undefined) return [];
        const { isLive = true, isApproximate = false } = known.get(key) ?? {};
        return [{ key, ...place, isLive, isApproximate, counters }];
      }),
    };
  }

  #isWanted(key: TaskKey, nowMs: number, place: ResolvedCgroup): boolean {
    const { wanted, descent, pathOf } = this.#options;
    if (wanted.user !== undefined && !key.isOfUser) return false;
    if (this.#isComm !== undefined && !this.#isComm(key.comm)) return false;
    if (descent !== undefined && !descent.includes(key, nowMs)) return false;
    if (wanted.cgroup === undefined) return true;
    return isInCgroup(wanted.cgroup, [pathOf(key.cgroup, nowMs), place.path], place);
  }
}
