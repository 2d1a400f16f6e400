import { groupDigits, printable } from '../page-table.ts';
import type { Findable, Finding } from './finding.ts';
import { THRESHOLDS } from './thresholds.ts';
import { describePerson, findPerson, nameProcess, share } from './words.ts';

type NearLimit = Findable['near_limits']['limits'][number];

/** A limit on tasks will soon be reached. Where forks fail at it already, that is told instead. */
export function findNearLimits(report: Findable): Finding[] {
  return report.near_limits.limits
    .filter((near) => near.used / near.limit >= THRESHOLDS.limitShare && !isReached(report, near))
    .map((near) => ({
      finding: 'limit_near' as const,
      severity: 'warning' as const,
      sentence: `${share(near.used, near.limit)} tasks: ${nameLimit(report, near)}`,
      evidence: describeFiller(report, near),
      next: near.remedy ?? near.lasting,
    }));
}

function isReached({ failed_forks }: Findable, near: NearLimit): boolean {
  return failed_forks.causes.some(
    ({ cause, cgroup, process }) =>
      cause === near.cause &&
      cgroup === near.cgroup &&
      (near.process === null || process?.user === near.process.user),
  );
}

function nameLimit(report: Findable, { cause, cgroup, name, process }: NearLimit): string {
  if (cause === 'cgroup_pids') return `pids.max of ${printable(cgroup ?? '')}`;
  if (process === null) return printable(name ?? cause);
  const user = findPerson(report, process.pid)?.user ?? `user ${process.user}`;
  return `RLIMIT_NPROC of ${printable(user)}`;
}

function describeFiller(report: Findable, { filler }: NearLimit): string[] {
  if (filler === null) return [];
  const { comm, pid, tasks, processes } = filler;
  const many = processes === 1 ? '1 process' : `${groupDigits(processes)} processes`;
  return [
    `most by: ${nameProcess(report, pid, comm, null)}, ${groupDigits(tasks)} tasks in ${many}`,
    ...describePerson(report, pid),
  ];
}
