import { boundPath } from '../../procfs/bounded-path.ts';
import { BoundedMap } from '../bounded-map.ts';
import { ChartTypes, type Claim } from './chart-types.ts';
import { isChartedByDefault, isDrawnByDefault } from './default-charts.ts';
import { findContainer, monitoredBy } from './find-container.ts';
import { type CgroupName, nameByRuntime, nameCgroup } from './name-cgroup.ts';
import type { NetdataShm, SharedCgroups } from './netdata-shm.ts';
import { Owners } from './owner-of.ts';
import { chartTypeOf, nameOf, type SharedCgroup } from './parse-netdata-shm.ts';
import { REST, type ResolvedCgroup, UNRESOLVED } from './resolved-cgroup.ts';
import type { ContainerNames, Knowledge } from './runtimes/container-names.ts';

/**
 * How long a container whose runtime does not answer waits for the name that Netdata has, where Netdata shares its names. It
 * looks for cgroups every 10 s, and asks for the names of containers twice, one after the other, which takes seconds each.
 * Until then it says that the container has no charts, and without waiting its events would be counted under the cgroup above.
 */
const SHARED_SETTLE_MS = 120_000;

/** Most machines have fewer cgroups; a full cache is cleared. */
const MOST_CACHED = 16_384;

const NOT_ASKED: Knowledge = { answer: undefined, isFinal: true };

/**
 * Finds the name of a cgroup by its path: Netdata's own where it shares it, else what Netdata would make of the answer of a
 * container's runtime, or of the path.
 */
export class CgroupResolver {
  readonly #shm: NetdataShm | undefined;
  readonly #names: ContainerNames | undefined;
  readonly #types: ChartTypes;
  readonly #owners: Owners;
  #nowMs = Number.NEGATIVE_INFINITY;
  #shared: SharedCgroups | undefined;
  /** By path. */
  readonly #cache = new Map<string, { readonly resolved: ResolvedCgroup; readonly atMs: number }>();
  /** When a container was first asked for. */
  readonly #firstSeenMs = new BoundedMap<string, number>(MOST_CACHED);

  /**
   * @param options.isLive - Whether a cgroup with this path exists, as far as is known.
   * @param options.shm - `undefined` where Netdata's names are not wanted.
   * @param options.names - `undefined` where runtimes are not asked.
   * @param options.longestChartType - See `ChartTypes`.
   */
  constructor(options: {
    readonly isLive: (path: string) => boolean;
    readonly shm?: NetdataShm | undefined;
    readonly names?: ContainerNames | undefined;
    readonly longestChartType?: number | undefined;
  }) {
    this.#shm = options.shm;
    this.#names = options.names;
    this.#owners = new Owners((path, isReached) => this.#isCharted(path, isReached));
    this.#types = new ChartTypes({
      isLive: (path) => !path.startsWith('/') || path === '/' || options.isLive(path),
      claimOf: (path) => this.#claimOf(path),
      // All, because cgroups inside the one that lost its type have that type too.
      onLost: () => this.#cache.clear(),
      longest: options.longestChartType,
    });
    // First of all, so that no other cgroup gets them.
    for (const { chartType, path } of [UNRESOLVED, REST]) this.#types.give(chartType, path);
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
    if (path === REST.path) return REST;
    this.#startDump(nowMs);
    const bounded = boundPath(path);
    const cached = this.#cache.get(bounded);
    // One that is not settled is resolved again once for each dump, not for each key.
    if (cached?.resolved.isSettled || cached?.atMs === nowMs) return cached.resolved;
    const resolved = this.#resolve(bounded);
    if (this.#cache.size >= MOST_CACHED) this.#cache.clear();
    this.#cache.set(bounded, { resolved, atMs: nowMs });
    return resolved;
  }

  #startDump(nowMs: number): void {
    if (nowMs === this.#nowMs) return;
    this.#nowMs = nowMs;
    // Which of them have charts may have changed.
    this.#owners.clear();
    const shared = this.#shm?.read(nowMs);
    if (shared === this.#shared) return;
    this.#shared = shared;
    this.#cache.clear();
  }

  #resolve(path: string): ResolvedCgroup {
    const nearest = this.#owners.of(path);
    // Netdata 1.x has a name of its own for the monitor of a container.
    const owner = this.#shared?.find(nearest)?.isEnabled
      ? nearest
      : (monitoredBy(nearest) ?? nearest);
    const name = this.#nameOf(owner);
    return {
      kind: name.kind,
      name: name.name,
      chartType: this.#types.give(name.chartId, owner),
      path: owner,
      isSettled: !(name.isProvisional && this.#maySettle(owner)),
    };
  }

  #claimOf(path: string): Claim {
    if (path === '/' || !path.startsWith('/')) return 'drawn';
    const shared = this.#shared?.find(path);
    if (shared?.isDuplicate) return 'taken';
    return shared?.isEnabled ? 'drawn' : 'unknown';
  }

  #nameOf(path: string): CgroupName {
    const shared = this.#shared?.find(path);
    if (path !== '/' && isNamed(shared)) {
      return {
        kind: shared.isService ? 'service' : 'cgroup',
        name: nameOf(shared),
        chartId: chartTypeOf(shared),
        isProvisional: false,
      };
    }
    const answer = this.#ask(path)?.answer;
    return typeof answer === 'object' ? nameByRuntime(answer.name) : nameCgroup(path);
  }

  #isCharted(path: string, isReached: boolean): boolean {
    const shared = this.#shared?.find(path);
    if (isNamed(shared)) return true;
    const knowledge = this.#ask(path);
    if (knowledge?.answer === 'hidden' || !isReached) return false;
    const isLeftOut = shared !== undefined && isDrawnByDefault(path);
    if (isLeftOut && !(knowledge !== undefined && this.#maySettle(path))) return false;
    return isChartedByDefault(path);
  }

  /** What the runtime of a container says; `undefined` where this is none, or its path holds its name. */
  #ask(path: string): Knowledge | undefined {
    const container = findContainer(path);
    if (container === undefined || container.runtime === 'path') return undefined;
    return this.#names?.find(container, path, this.#nowMs) ?? NOT_ASKED;
  }

  #maySettle(path: string): boolean {
    const firstSeenMs = this.#firstSeenMs.get(path) ?? this.#nowMs;
    this.#firstSeenMs.set(path, firstSeenMs);
    const waits = this.#shared !== undefined && isDrawnByDefault(path);
    return waits
      ? this.#nowMs - firstSeenMs < SHARED_SETTLE_MS
      : !(this.#ask(path) ?? NOT_ASKED).isFinal;
  }
}

/** Whether Netdata has given it a name under which it draws charts, of this cgroup or of another one. */
function isNamed(shared: SharedCgroup | undefined): shared is SharedCgroup {
  return shared !== undefined && (shared.isEnabled || shared.isDuplicate);
}
