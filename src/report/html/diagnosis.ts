import { quoteCommand } from '../command-line.ts';
import { groupDigits } from '../page-table.ts';
import { type NamePlace, namePlace } from '../place-name.ts';
import type { Report } from '../report.ts';
import { html, type Markup } from './markup.ts';
import { renderTable } from './table.ts';

type Diagnosis = Report['diagnosis'];

const LINE_CHARACTERS = 200;

type Program = NonNullable<Diagnosis['programs']>[number];

/** Who created most, what was executed and how it ended, and who has zombies. */
export function renderDiagnosis(report: Report, most: number): Markup {
  const { diagnosis } = report;
  const place: NamePlace = (cgroup) => namePlace(report, cgroup);
  return html`${renderTopForkers(diagnosis, place, most)}${renderPrograms(diagnosis.programs ?? [], place, most)}${renderZombies(diagnosis, place, most)}`;
}

function renderTopForkers(
  { top_forkers, people }: Diagnosis,
  place: NamePlace,
  most: number,
): Markup {
  const rows = (top_forkers ?? []).map((forker) => {
    const [busiest] = forker.busiest;
    const person = people.find(({ pid }) => pid === busiest?.pid);
    return { ...forker, pid: busiest?.pid ?? null, person };
  });
  return renderTable(
    'Top forkers',
    'who created most, with the process of that name that created most',
    [
      { title: 'program', cell: ({ comm }) => comm },
      { title: 'cgroup', kind: 'name', cell: ({ cgroup }) => place(cgroup) },
      { title: 'created', kind: 'number', cell: (row) => row.process_created },
      { title: 'threads', kind: 'number', cell: (row) => row.thread_created },
      {
        title: 'processes',
        kind: 'number',
        cell: ({ processes }) => processes ?? 'many',
      },
      { title: 'busiest pid', kind: 'number', cell: ({ pid }) => (pid === null ? '-' : pid) },
      { title: 'user', kind: 'name', cell: ({ person }) => person?.user ?? '-' },
      {
        title: 'command line',
        kind: 'name',
        cell: ({ person }) => quoteCommand(person?.line ?? [], LINE_CHARACTERS),
      },
    ],
    rows,
    most,
  );
}

function renderPrograms(programs: readonly Program[], place: NamePlace, most: number): Markup {
  const rows = programs.map((program) => ({ ...program, failed: countFailed(program) }));
  return renderTable(
    'Programs',
    'what was executed, and how its processes ended: by a status that is not 0 or a signal',
    [
      { title: 'program', cell: ({ comm }) => comm ?? 'all others' },
      { title: 'cgroup', kind: 'name', cell: ({ cgroup }) => place(cgroup) },
      { title: 'execs', kind: 'number', cell: (row) => row.exec },
      { title: 'exited', kind: 'number', cell: (row) => row.process_exited },
      { title: 'failed', kind: 'number', cell: (row) => row.failed },
      { title: 'how', kind: 'name', cell: ({ failed_exits }) => describe(failed_exits ?? []) },
    ],
    rows.sort((a, b) => (b.failed ?? 0) - (a.failed ?? 0) || (b.exec ?? 0) - (a.exec ?? 0)),
    most,
  );
}

function countFailed({ failed_exits }: Program): number | null {
  return failed_exits?.reduce((sum, { count }) => sum + count, 0) ?? null;
}

function describe(exits: NonNullable<Program['failed_exits']>): string {
  return exits
    .slice(0, 3)
    .map(
      ({ status, signal, core_dumped, count }) =>
        `${signal ?? `exit ${status}`}${core_dumped ? ' with a core dump' : ''}: ${groupDigits(count)}`,
    )
    .join(', ');
}

function renderZombies(
  { zombie_parents, people }: Diagnosis,
  place: NamePlace,
  most: number,
): Markup {
  const rows = (zombie_parents ?? []).map((parent) => ({
    ...parent,
    person: people.find(({ pid }) => pid === parent.pid),
  }));
  return renderTable(
    'Zombies',
    'children that exited and that their parent has not waited for, at the end',
    [
      { title: 'parent', cell: ({ comm, pid }) => `${comm ?? 'gone'} (${pid})` },
      { title: 'cgroup', kind: 'name', cell: ({ cgroup }) => place(cgroup) },
      {
        title: 'zombies',
        kind: 'number',
        cell: ({ zombies }) => zombies,
      },
      { title: 'new', kind: 'number', cell: ({ new_zombies }) => new_zombies },
      { title: 'user', kind: 'name', cell: ({ person }) => person?.user ?? '-' },
      {
        title: 'command line',
        kind: 'name',
        cell: ({ person }) => quoteCommand(person?.line ?? [], LINE_CHARACTERS),
      },
    ],
    rows,
    most,
  );
}
