import { groupDigits as group, printable, renderTable, type Style } from './page-table.ts';
import type { Report } from './report.ts';

type Cause = Report['failed_forks']['causes'][number];

/** Why forks failed, and the command that raises each limit; empty where none failed. */
export function renderFailedForks(
  { causes, unexplained }: Report['failed_forks'],
  style: Style,
): string {
  const rows = [
    ...causes.map((cause) => [
      printable(nameCause(cause)),
      cause.count === null ? style('yellow', 'perhaps') : group(cause.count),
      cell(cause.used),
      cell(cause.limit),
      cause.remedy === null ? '' : printable(cause.remedy),
    ]),
    ...Object.entries(unexplained ?? {}).map(([errno, count]) => [
      style('yellow', `cause unknown (${errno})`),
      group(count),
      '',
      '',
      '',
    ]),
  ];
  if (rows.length === 0) return '';
  return renderTable(
    ['forks failed at', '>times', '>used', '>limit', 'raise it with'],
    rows,
    style,
  );
}

function nameCause({ cause, cgroup, process }: Cause): string {
  const who = process === null ? '' : `${process.comm} (${process.pid})`;
  switch (cause) {
    case 'cgroup_pids':
      return `pids.max of ${cgroup}`;
    case 'rlimit_nproc':
      return `RLIMIT_NPROC of ${who}, user ${process?.user}`;
    case 'threads_max':
      return 'kernel.threads-max';
    case 'pid_max':
      return 'kernel.pid_max';
    case 'memory_commit':
      return 'vm.overcommit_memory=2 (kB)';
    case 'pid_namespace':
      return `pid namespace of the children of ${who}: its first process has ended`;
    case 'arguments':
      return 'arguments of the call (EINVAL)';
  }
}

function cell(value: number | null): string {
  return value === null ? '-' : group(value);
}
