import { nameCause } from '../page-failed-forks.ts';
import { groupDigits, printable } from '../page-table.ts';
import type { Findable, Finding } from './finding.ts';

/** Forks fail at a limit. Arguments that the kernel does not take are the caller's own business. */
export function findFailingForks({ failed_forks, system }: Findable): Finding[] {
  const causes = failed_forks.causes.filter(({ cause }) => cause !== 'arguments');
  const unexplained = Object.entries(failed_forks.unexplained ?? {});
  const failed = system.errors?.total ?? null;
  if (causes.length === 0 && unexplained.length === 0) return [];
  return [
    ...causes.map(
      (cause): Finding => ({
        finding: 'forks_fail',
        severity: 'critical',
        sentence: `${cause.count === null ? '' : `${groupDigits(cause.count)} × `}${cause.errno}: ${printable(nameCause(cause))}${use(cause)}`,
        evidence: failed === null ? [] : [`${groupDigits(failed)} forks failed on this machine`],
        next: cause.remedy,
      }),
    ),
    ...(causes.some(({ count }) => count === null)
      ? []
      : unexplained.map(
          ([errno, count]): Finding => ({
            finding: 'forks_fail',
            severity: 'critical',
            sentence: `${groupDigits(count)} × ${errno}: cause unknown`,
            evidence: [],
            next: 'ebpf-processes doctor',
          }),
        )),
  ];
}

function use({ used, limit }: { used: number | null; limit: number | null }): string {
  if (limit === null) return '';
  return used === null
    ? ` (limit ${groupDigits(limit)})`
    : ` (${groupDigits(used)} of ${groupDigits(limit)})`;
}
