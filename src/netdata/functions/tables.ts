import type { Report } from '../../report/report.ts';
import type { Cell, Column, Table } from './table.ts';

const text = (name: string): Column => ({ name, kind: 'text' });
const count = (name: string): Column => ({ name, kind: 'count' });
const key = (name: string): Column => ({ name, kind: 'key' });

/** Rows of a table: whoever makes names must not make an answer of megabytes. */
const MOST_ROWS = 500;

/** Who created most processes and threads. */
export function listForkers(report: Report): Table {
  const { top_forkers, reason } = report.diagnosis;
  const rows = (top_forkers ?? []).map((forker) => [
    `${forker.comm} ${forker.cgroup ?? ''}`.trimEnd(),
    forker.comm,
    forker.cgroup,
    forker.process_created,
    forker.thread_created,
    forker.processes,
    forker.busiest[0]?.pid ?? null,
  ]);
  return {
    help: `Who created processes and threads, ${over(report)}${because(top_forkers, reason)}`,
    columns: [
      key('Name'),
      text('Program'),
      text('Cgroup'),
      count('Processes'),
      count('Threads'),
      count('Creators'),
      text('Busiest PID'),
    ],
    rows: cut(rows),
    sortBy: 'Processes',
  };
}

/** Who has zombies: children that ended, and that it has not waited for. */
export function listZombies(report: Report): Table {
  const { zombie_parents } = report.diagnosis;
  const rows = (zombie_parents ?? []).map((parent) => [
    String(parent.pid),
    parent.comm,
    parent.cgroup,
    parent.zombies,
    parent.new_zombies,
  ]);
  const unseen = 'the processes of this machine cannot be seen from here';
  return {
    help: `Parents that have not waited for children that ended; new ones are ${over(report)}${because(zombie_parents, unseen)}`,
    columns: [key('Parent PID'), text('Program'), text('Cgroup'), count('Zombies'), count('New')],
    rows: cut(rows),
    sortBy: 'Zombies',
  };
}

/** Whose forks failed, and which limit made them fail. */
export function listFailedForks(report: Report): Table {
  const { callers } = report.failed_forks;
  const errors = report.system.errors;
  const rows = callers.map((caller, i) => [
    String(i + 1),
    caller.comm,
    caller.user,
    caller.unit,
    caller.errno,
    caller.cause,
    caller.count,
  ]);
  const unseen = 'they are counted with ebpf load mode = return';
  return {
    help: `Whose processes and threads could not be created, and why, ${over(report)}${because(errors, unseen)}`,
    columns: [
      key('Row'),
      text('Program'),
      text('User'),
      text('Unit'),
      text('Error'),
      text('Limit'),
      count('Failed forks'),
    ],
    rows: cut(rows),
    sortBy: 'Failed forks',
  };
}

/** How each event is counted, and whether the counts were complete. */
export function listPlan(report: Report): Table {
  const events = report.plan.events.map((event) => [
    event.event,
    event.attach_type ?? '',
    event.attach_points.join(', '),
    event.quality,
    event.reason,
  ]);
  const { completeness, created, forks_at_least, forks_at_most } = report.audit;
  const share = completeness === null ? 'not checked' : `${completeness.toFixed(2)} %`;
  const audit = [
    'audit',
    '',
    '/proc/stat',
    share,
    `${created ?? 'no'} created tasks were counted, and the kernel has made ${forks_at_least ?? '?'} to ${forks_at_most ?? '?'}, ${over(report)}`,
  ];
  return {
    help: 'How each kind of event is counted here and why, and whether all that was created was counted',
    columns: [key('Event'), text('Attached by'), text('To'), text('Worth'), text('Reason')],
    rows: [...events, audit],
    sortBy: 'Event',
  };
}

function over({ window }: Report): string {
  return `over the last ${Math.round(window.seconds)} s`;
}

function because(found: unknown, reason: string | null): string {
  return found === null && reason !== null ? `. Not known: ${reason}` : '';
}

function cut(rows: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] {
  return rows.slice(0, MOST_ROWS);
}
