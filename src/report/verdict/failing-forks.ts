import { nameCause } from '../page-failed-forks.ts';
import { groupDigits as group, printable } from '../page-table.ts';
import type { Findable, Finding } from './finding.ts';
import { describePerson, findPerson } from './words.ts';

type Cause = Findable['failed_forks']['causes'][number];
type Caller = NonNullable<Cause['process']>;

/** What a program asks for that cannot be had is its own business, not the machine's. */
const OWN_BUSINESS: readonly Cause['cause'][] = ['arguments', 'permission'];

/** Forks fail at a limit, or for a reason that nobody knows. */
export function findFailingForks(report: Findable): Finding[] {
  const { causes, unexplained, callers } = report.failed_forks;
  return [
    ...causes
      .filter(({ cause }) => !OWN_BUSINESS.includes(cause))
      .map((cause) => describe(report, cause)),
    ...Object.entries(unexplained ?? {}).map(([errno, count]): Finding => {
      const caller = callers.find((one) => one.errno === errno && one.cause === null);
      const isAlive = caller !== undefined && findPerson(report, caller.pid) !== undefined;
      return {
        finding: 'forks_fail',
        severity: 'critical',
        sentence: `${group(count)} × ${errno}: cause unknown`,
        evidence: caller === undefined ? [] : describeCaller(report, caller),
        next: isAlive
          ? `cat /proc/${caller.pid}/limits /proc/${caller.pid}/cgroup`
          : 'ebpf-processes -v -d 30',
      };
    }),
  ];
}

function describe(report: Findable, cause: Cause): Finding {
  const { count, errno, certain, process, remedy, lasting } = cause;
  const where = `${certain ? '' : 'probably '}${printable(nameCause(cause))}`;
  return {
    finding: 'forks_fail',
    severity: 'critical',
    sentence: `${group(count)} × ${errno}${use(cause)}: ${where}`,
    evidence: process === null ? [] : describeCaller(report, process),
    next: remedy ?? lasting,
  };
}

function describeCaller(report: Findable, { comm, pid, user, unit }: Caller): string[] {
  const name = findPerson(report, pid)?.user ?? (user === null ? undefined : `user ${user}`);
  const who = name === undefined ? `${pid}` : `${pid}, ${printable(name)}`;
  const where = unit === null ? '' : ` in ${printable(unit)}`;
  return [`whose: ${printable(comm)} (${who})${where}`, ...describePerson(report, pid)];
}

function use({ used, limit }: Pick<Cause, 'used' | 'limit'>): string {
  if (limit === null) return '';
  return used === null ? ` at a limit of ${group(limit)}` : ` at ${group(used)} of ${group(limit)}`;
}
