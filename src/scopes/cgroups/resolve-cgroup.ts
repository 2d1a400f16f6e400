import { BoundedMap } from './bounded-map.ts';
import { ChartTypes, type Claim } from './chart-types.ts';
import { isChartedByDefault } from './default-charts.ts';
import { type CgroupName, nameCgroup } from './name-cgroup.ts';
import { nameContainer } from './name-container.ts';
import type { NetdataShm, SharedCgroups } from './netdata-shm.ts';
import { ownerOf } from './owner-of.ts';
import { chartTypeOf, nameOf } from './parse-netdata-shm.ts';

/** The name under which events of a cgroup are published. Byte strings. */
export interface ResolvedCgroup {
  /** `root`: neither it nor a cgroup above it has charts. `unresolved`: it was removed before we looked. */
  readonly kind: 'root' | 'service' | 'cgroup' | 'unresolved';
  /** For people. */
  readonly name: string;
  /** `cgroup_x` or `systemd_x`: only `a-z`, `0-9`, `_` and `-`. Unique among the paths that exist. */
  readonly chartType: string;
  /** Of the cgroup that has the charts: the one that was asked for, or the nearest one above. Empty if unresolved. */
  readonly path: string;
  /** False while Netdata may still learn the container's name: charts made now would have to change theirs. */
  readonly isSettled: boolean;
}

/** How long a container waits for its name where Netdata shares no names. */
const SETTLE_MS = 30_000;

/**
 * How long where Netdata does. It looks for cgroups every 10 s, and asks for the names of containers twice, one after the
 * other, which takes seconds each. Until then it says that the container has no charts, and without waiting its events would
 * be counted under the cgroup above.
 */
const SHARED_SETTLE_MS = 120_000;

/** Most machines have fewer cgroups; a full cache is cleared. */
const MOST_CACHED = 16_384;

const UNRESOLVED: ResolvedCgroup = {
  kind: 'unresolved',
  name: 'unresolved',
  chartType: 'cgroup_unresolved',
  path: '',
  isSettled: true,
};

/** Finds the name of a cgroup by its path: Netdata's own where it shares it, else what Netdata would make of its path. */
export class CgroupResolver {
  readonly #shm: NetdataShm | undefined;
  readonly #types: ChartTypes;
  #shared: SharedCgroups | undefined;
  /** By path. */
  readonly #cache = new Map<string, { readonly resolved: ResolvedCgroup; readonly atMs: number }>();
  /** When a container was first asked for. */
  readonly #firstSeenMs = new BoundedMap<string, number>(MOST_CACHED);

  /**
   * @param options.isLive - Whether a cgroup with this path exists, as far as is known.
   * @param options.shm - `undefined` where Netdata's names are not wanted.
   * @param options.longestChartType - See `ChartTypes`.
   */
  constructor(options: {
    readonly isLive: (path: string) => boolean;
    readonly shm?: NetdataShm | undefined;
    readonly longestChartType?: number | undefined;
  }) {
    this.#shm = options.shm;
    this.#types = new ChartTypes({
      isLive: (path) => path === '/' || path === '' || options.isLive(path),
      claimOf: (path) => this.#claimOf(path),
      // All, because cgroups inside the one that lost its type have that type too.
      onLost: () => this.#cache.clear(),
      longest: options.longestChartType,
    });
    // First of all, so that no other cgroup gets them.
    this.#types.give(UNRESOLVED.chartType, UNRESOLVED.path);
    this.#types.give(nameCgroup('/').chartId, '/');
  }

  /**
   * Find the name of a cgroup.
   *
   * @param path - Relative to the mount; `undefined` where it is not known.
   * @param nowMs - On any clock that never steps back.
   */
  resolve(path: string | undefined, nowMs: number): ResolvedCgroup {
    if (path === undefined || path === UNRESOLVED.path) return UNRESOLVED;
    this.#refresh(nowMs);
    const cached = this.#cache.get(path);
    // One that is not settled is resolved again once for each dump, not for each key.
    if (cached?.resolved.isSettled || cached?.atMs === nowMs) return cached.resolved;
    const resolved = this.#resolve(path, nowMs);
    if (this.#cache.size >= MOST_CACHED) this.#cache.clear();
    this.#cache.set(path, { resolved, atMs: nowMs });
    return resolved;
  }

  #refresh(nowMs: number): void {
    const shared = this.#shm?.read(nowMs);
    if (shared === this.#shared) return;
    this.#shared = shared;
    this.#cache.clear();
  }

  #resolve(path: string, nowMs: number): ResolvedCgroup {
    const owner = ownerOf(path, (candidate) => this.#isCharted(candidate, nowMs));
    const name = this.#nameOf(owner);
    return {
      kind: name.kind,
      name: name.name,
      chartType: this.#types.give(name.chartId, owner),
      path: owner,
      isSettled: !(name.isProvisional && this.#maySettle(owner, nowMs)),
    };
  }

  #claimOf(path: string): Claim {
    if (path === '/' || path === UNRESOLVED.path) return 'drawn';
    const shared = this.#shared?.find(path);
    if (shared?.isDuplicate) return 'taken';
    return shared?.isEnabled ? 'drawn' : 'unknown';
  }

  #nameOf(path: string): CgroupName {
    const shared = this.#shared?.find(path);
    if (path === '/' || !(shared?.isEnabled || shared?.isDuplicate)) return nameCgroup(path);
    return {
      kind: shared.isService ? 'service' : 'cgroup',
      name: nameOf(shared),
      chartId: chartTypeOf(shared),
      isProvisional: false,
    };
  }

  #isCharted(path: string, nowMs: number): boolean {
    const shared = this.#shared?.find(path);
    if (shared === undefined || (this.#isProvisional(path) && this.#maySettle(path, nowMs))) {
      return isChartedByDefault(path);
    }
    return shared.isEnabled || shared.isDuplicate;
  }

  #isProvisional(path: string): boolean {
    return nameContainer(path)?.isProvisional ?? false;
  }

  #maySettle(path: string, nowMs: number): boolean {
    const firstSeenMs = this.#firstSeenMs.get(path) ?? nowMs;
    this.#firstSeenMs.set(path, firstSeenMs);
    return nowMs - firstSeenMs < (this.#shared === undefined ? SETTLE_MS : SHARED_SETTLE_MS);
  }
}
