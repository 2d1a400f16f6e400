import {
  addCounters,
  type Counters,
  isSameCounters,
  subtractCounters,
} from '../counters/counters.ts';
import type { ResolvedCgroup } from './cgroups/resolved-cgroup.ts';

/**
 * The counters of all scopes when a dump was cut, since the start. A value that can be written as JSON; names and paths are
 * byte strings.
 *
 * For each counter, `apps` with the two rests, and `cgroups` with the two rests, add up to the totals.
 */
export interface ScopesState {
  readonly apps: readonly AppState[];
  readonly cgroups: readonly CgroupState[];
  readonly dropped: Counters;
  readonly unattributed: Counters;
}

export interface AppState {
  readonly name: string;
  /** See `AppGroups.hidden`. */
  readonly isHidden: boolean;
  readonly counters: Counters;
}

/** A cgroup, container or service that has counts. */
export interface CgroupState extends ResolvedCgroup {
  /** Unique among the cgroups: the chart type, or the path as long as the type is not settled. */
  readonly key: string;
  /** See `Place`. */
  readonly isRenamed: boolean;
  /** It exists, as far as is known. */
  readonly isLive: boolean;
  /** Its tasks were told apart by what /proc said of them soon after, or some of them may have been another cgroup's. */
  readonly isApproximate: boolean;
  readonly counters: Counters;
}

/** What happened between two states. Scopes in which nothing happened are left out. */
export function subtractScopes(later: ScopesState, earlier: ScopesState): ScopesState {
  return {
    apps: subtractAll(later.apps, earlier.apps, ({ name }) => name),
    cgroups: subtractAll(later.cgroups, settle(earlier.cgroups, later.cgroups), ({ key }) => key),
    dropped: subtractCounters(later.dropped, earlier.dropped),
    unattributed: subtractCounters(later.unattributed, earlier.unattributed),
  };
}

/** What was counted under a path stands under its chart type from the moment on at which its name is known for good. */
function settle(
  earlier: readonly CgroupState[],
  later: readonly CgroupState[],
): readonly CgroupState[] {
  const keys = new Map(later.map(({ path, key }) => [path, key]));
  const isMoved = ({ key, path, isSettled }: CgroupState) =>
    !isSettled && keys.has(path) && keys.get(path) !== key;
  const moved = earlier.filter(isMoved);
  if (moved.length === 0) return earlier;
  const joined = new Map(earlier.map((cgroup) => [cgroup.key, cgroup]));
  for (const cgroup of moved) {
    const key = keys.get(cgroup.path) ?? cgroup.key;
    const known = joined.get(key)?.counters;
    const counters = known === undefined ? cgroup.counters : addCounters(known, cgroup.counters);
    joined.delete(cgroup.key);
    joined.set(key, { ...cgroup, key, counters });
  }
  return [...joined.values()];
}

function subtractAll<Scope extends { readonly counters: Counters }>(
  later: readonly Scope[],
  earlier: readonly Scope[],
  nameOf: (scope: Scope) => string,
): Scope[] {
  const before = new Map(earlier.map((scope) => [nameOf(scope), scope.counters]));
  return later.flatMap((scope) => {
    const base = before.get(nameOf(scope));
    if (base === undefined) return [scope];
    if (isSameCounters(scope.counters, base)) return [];
    return [{ ...scope, counters: subtractCounters(scope.counters, base) }];
  });
}
