import type { CallerLimit, LimitCause } from './caller-limits.ts';

/** What made forks fail. */
export type Why = {
  readonly cause: 'cgroup_pids' | 'arguments' | 'permission' | LimitCause;
  /** File of a cgroup, name of a sysctl, or a namespace. */
  readonly name: string | null;
  readonly limit: number | null;
  readonly used: number | null;
  /** False where it is the most likely of what is known: the kernel tells no errno apart from another of the same number. */
  readonly isCertain: boolean;
};

/** A limit of which a smaller share was in use is not suspected. */
const NEAR = 0.5;

/** The limit of an errno of which most was in use; `undefined` where none was near. */
export function findNearest(limits: readonly CallerLimit[], errno: number): Why | undefined {
  const near = limits
    .filter((limit) => limit.errno === errno && shareOf(limit) >= NEAR)
    .sort((a, b) => shareOf(b) - shareOf(a));
  const [nearest, second] = near;
  if (nearest === undefined) return undefined;
  const { cause, name, limit, used } = nearest;
  return { cause, name, limit, used, isCertain: second === undefined && isReached(nearest) };
}

/** Ids begin at 1: one less than the limit is all of them. */
function isReached(limit: CallerLimit): boolean {
  const isOfIds = limit.cause === 'pid_max' || limit.cause === 'pid_namespace_max';
  return shareOf(isOfIds ? { ...limit, used: (limit.used ?? 0) + 1 } : limit) >= 1;
}

/** A limit that is no number holds or does not exist. */
function shareOf({ limit, used }: CallerLimit): number {
  if (limit === null || used === null || limit === 0) return 1;
  return used / limit;
}
