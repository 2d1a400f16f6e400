import { type Hierarchy, upwards } from './controller.ts';
import { type PidsEvents, readPidsLimit } from './pids-hierarchy.ts';

/** The pids limit that forks met, as it was read a moment after. */
export interface Limit {
  readonly path: string;
  readonly limit: number;
  readonly used: number;
}

/** The higher number of tasks; that of a limit which was not reached when it was read says nothing. */
export function highestUse(
  known: number | undefined,
  limit: Limit | undefined,
): number | undefined {
  const used = limit !== undefined && limit.used >= limit.limit ? limit.used : undefined;
  return known !== undefined && used !== undefined ? Math.max(known, used) : (known ?? used);
}

/** Whose limit a caller met: the only one upwards, or the only one that is reached; else it is not known. */
export function findLimit(
  hierarchy: Hierarchy,
  path: string,
  { countsAt }: PidsEvents,
): Limit | undefined {
  const limits = (countsAt === 'limit' ? [path] : upwards(path)).flatMap((candidate) => {
    const limit = readPidsLimit(hierarchy, candidate);
    return limit === undefined ? [] : [{ path: candidate, ...limit }];
  });
  const reached = limits.filter(({ limit, used }) => used >= limit);
  const [only, ...others] = limits.length > 1 ? reached : limits;
  return others.length === 0 ? only : undefined;
}
