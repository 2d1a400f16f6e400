import { nameCause } from '../page-failed-forks.ts';
import { groupDigits as group, printable } from '../page-table.ts';
import type { Findable, Finding } from './finding.ts';

type Cause = Findable['failed_forks']['causes'][number];

/** What a program asks for that cannot be had is its own business, not the machine's. */
const OWN_BUSINESS: readonly Cause['cause'][] = ['arguments', 'permission'];

/** Forks fail at a limit, or for a reason that nobody knows. */
export function findFailingForks({ failed_forks }: Findable): Finding[] {
  const causes = failed_forks.causes.filter(({ cause }) => !OWN_BUSINESS.includes(cause));
  return [
    ...causes.map(describe),
    ...Object.entries(failed_forks.unexplained ?? {}).map(
      ([errno, count]): Finding => ({
        finding: 'forks_fail',
        severity: 'critical',
        sentence: `${group(count)} × ${errno}: cause unknown`,
        evidence: failed_forks.callers
          .filter((caller) => caller.errno === errno && caller.cause === null)
          .slice(0, 1)
          .map((caller) => `whose: ${nameCaller(caller)}`),
        next: 'ebpf-processes doctor',
      }),
    ),
  ];
}

function describe(cause: Cause): Finding {
  const { count, errno, certain, process, remedy, lasting } = cause;
  const where = `${certain ? '' : 'probably '}${printable(nameCause(cause))}${use(cause)}`;
  return {
    finding: 'forks_fail',
    severity: 'critical',
    sentence: `${group(count)} × ${errno}: ${where}`,
    evidence: process === null ? [] : [`whose: ${nameCaller(process)}`],
    next: remedy ?? lasting,
  };
}

function nameCaller({
  comm,
  pid,
  user,
  unit,
}: Pick<NonNullable<Cause['process']>, 'comm' | 'pid' | 'user' | 'unit'>): string {
  const who = user === null ? `${pid}` : `${pid}, user ${user}`;
  return `${printable(comm)} (${who})${unit === null ? '' : ` in ${printable(unit)}`}`;
}

function use({ used, limit }: Pick<Cause, 'used' | 'limit'>): string {
  if (limit === null) return '';
  return used === null ? ` (limit ${group(limit)})` : ` (${group(used)} of ${group(limit)})`;
}
