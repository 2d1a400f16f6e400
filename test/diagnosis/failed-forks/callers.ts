import type { CallerLimit } from '../../../src/diagnosis/failed-forks/caller-limits.ts';
import type { FailedCaller } from '../../../src/diagnosis/failed-forks/evidence.ts';
import type { PidsHit } from '../../../src/diagnosis/failed-forks/pids-hits.ts';

/** A caller of which seven forks failed with EAGAIN, and what is different about it. */
export function buildCaller(different: Partial<FailedCaller> = {}): FailedCaller {
  return {
    pid: 812,
    comm: 'nginx',
    counts: { 11: 7 },
    user: 33,
    unit: 'nginx.service',
    directory: '/sys/fs/cgroup/a b',
    hardLimit: null,
    limits: [],
    ...different,
  };
}

/** A limit with how much of it is in use. */
export function buildLimit(
  cause: CallerLimit['cause'],
  used: number,
  limit: number,
  different: Partial<CallerLimit> = {},
): CallerLimit {
  return { cause, errno: 11, name: null, limit, used, ...different };
}

/** The limit of the cgroup in which `buildCaller` is, met as many times. */
export function buildHit(low: number, high = low, different: Partial<PidsHit> = {}): PidsHit {
  const directory = '/sys/fs/cgroup/a b';
  return { directory, count: { low, high }, read: low + 3, limit: 20, used: 20, ...different };
}
