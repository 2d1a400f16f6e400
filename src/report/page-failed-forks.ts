import { groupDigits as group, printable, renderTable, type Style } from './page-table.ts';
import type { Report } from './report.ts';

type FailedForks = Report['failed_forks'];
type Cause = FailedForks['causes'][number];
type Caller = FailedForks['callers'][number];

/** Rows of callers that a page shows. */
const MOST_CALLERS = 10;

/** Why forks failed, whose they were, and the commands that raise each limit; empty where none failed. */
export function renderFailedForks(failedForks: FailedForks, style: Style): string {
  return [
    renderCauses(failedForks, style),
    renderCallers(failedForks.callers, style),
    renderRemedies(failedForks.causes),
    renderFiltered(failedForks.filtered),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function renderCauses({ causes, unexplained }: FailedForks, style: Style): string {
  const rows = [
    ...causes.map((cause) => [
      `${cause.certain ? '' : style('yellow', 'probably ')}${printable(nameCause(cause))}`,
      group(cause.count),
      cell(cause.used),
      cell(cause.limit),
    ]),
    ...Object.entries(unexplained ?? {}).map(([errno, count]) => [
      style('yellow', `cause unknown (${errno})`),
      group(count),
      '',
      '',
    ]),
  ];
  if (rows.length === 0) return '';
  return renderTable(['forks failed at', '>times', '>used', '>limit'], rows, style);
}

function renderCallers(callers: readonly Caller[], style: Style): string {
  if (callers.length === 0) return '';
  const rows = callers
    .slice(0, MOST_CALLERS)
    .map((caller) => [
      printable(`${caller.comm} (${caller.pid}${more(caller.processes)})`),
      caller.user === null ? '-' : String(caller.user),
      printable(caller.unit ?? '-'),
      group(caller.count),
      caller.cause === null ? style('yellow', `unknown, ${caller.errno}`) : NAMES[caller.cause],
      cell(caller.used),
      cell(caller.limit),
    ]);
  const head = ['whose forks failed', '>user', 'unit', '>times', 'at', '>used', '>limit'];
  return renderTable(head, rows, style);
}

/** The commands, each whole on a line of its own: they are there to be copied. */
function renderRemedies(causes: readonly Cause[]): string {
  return causes
    .flatMap(({ cause, remedy, lasting }) => [
      ...(remedy === null ? [] : [`now     ${printable(remedy)}${inside(cause)}`]),
      ...(lasting === null ? [] : [`to stay ${printable(lasting)}`]),
    ])
    .join('\n');
}

function inside(cause: Cause['cause']): string {
  return cause === 'pid_namespace_max' ? '  # in a shell that runs inside' : '';
}

function renderFiltered(filtered: number | null): string {
  if (filtered === null || filtered === 0) return '';
  return filtered === 1
    ? '1 call was filtered (seccomp, ptrace): no failed fork, the kernel was not asked'
    : `${group(filtered)} calls were filtered (seccomp, ptrace): no failed forks, the kernel was not asked`;
}

const NAMES: Readonly<Record<Cause['cause'], string>> = {
  cgroup_pids: 'pids.max',
  rlimit_nproc: 'RLIMIT_NPROC',
  threads_max: 'kernel.threads-max',
  pid_max: 'kernel.pid_max',
  pid_namespace_max: 'pid_max of its pid namespace',
  memory_cgroup: 'memory limit (bytes)',
  memory_commit: 'vm.overcommit_memory=2 (kB)',
  pid_namespace: 'ended pid namespace',
  max_namespaces: 'number of namespaces',
  namespace_depth: 'depth of namespaces',
  rlimit_nofile: 'RLIMIT_NOFILE',
  arguments: 'arguments of the call',
  permission: 'permission of the caller',
};

/** What a cause is called. */
export function nameCause({ cause, errno, cgroup, name, process }: Cause): string {
  const who = process === null ? 'a process that is gone' : `${process.comm} (${process.pid})`;
  switch (cause) {
    case 'cgroup_pids':
    case 'memory_cgroup':
      return `${NAMES[cause]} of ${cgroup}`;
    case 'rlimit_nproc':
      return `RLIMIT_NPROC of ${who}, user ${process?.user}`;
    case 'rlimit_nofile':
      return `RLIMIT_NOFILE of ${who}`;
    case 'pid_namespace_max':
      return `pid_max of the pid namespace of ${who}`;
    case 'pid_namespace':
      return `pid namespace of the children of ${who}: its first process has ended`;
    case 'max_namespaces':
      return name ?? 'user.max_*_namespaces of its user namespace, or 32 levels of them';
    case 'arguments':
    case 'permission':
      return `${NAMES[cause]} (${errno})`;
    default:
      return NAMES[cause];
  }
}

function more(processes: number): string {
  return processes > 1 ? ` and ${group(processes - 1)} more` : '';
}

function cell(value: number | null): string {
  return value === null ? '-' : group(value);
}
