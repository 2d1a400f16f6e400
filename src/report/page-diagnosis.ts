import { renderExecuted, renderFailedExits, renderLifetimes } from './page-programs.ts';
import { placeOf as place } from './page-scopes.ts';
import { groupDigits as group, printable, renderTable, type Style } from './page-table.ts';
import type { Report } from './report.ts';

type Diagnosis = Report['diagnosis'];

/** Who created most, what was executed and how it ended, how long it lived, and who has zombies. */
export function renderDiagnosis(diagnosis: Diagnosis, top: number, style: Style): string {
  return [
    renderTopForkers(diagnosis.top_forkers ?? [], top, style),
    renderFailedExits(diagnosis.programs ?? [], top, style),
    renderExecuted(diagnosis.programs ?? [], top, style),
    renderLifetimes(diagnosis.lifetimes ?? []),
    renderZombieParents(diagnosis.zombie_parents, top, style),
    renderAbsent(diagnosis, style),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function renderTopForkers(
  forkers: NonNullable<Diagnosis['top_forkers']>,
  top: number,
  style: Style,
): string {
  if (forkers.length === 0) return '';
  const rows = forkers.slice(0, top).map(({ comm, cgroup, processes, busiest, ...created }) => [
    printable(comm),
    place(cgroup),
    group(created.process_created),
    group(created.thread_created),
    processes === null ? 'many' : group(processes),
    busiest
      .slice(0, 1)
      .map(
        ({ pid, process_created, thread_created }) =>
          `${pid}: ${group(process_created + thread_created)}`,
      )
      .join(''),
  ]);
  const head = [
    'top forkers',
    'cgroup',
    '>created',
    '>threads',
    '>processes',
    'pid that created most',
  ];
  return renderTable(head, rows, style);
}

function renderZombieParents(
  zombie_parents: Diagnosis['zombie_parents'],
  top: number,
  style: Style,
): string {
  if (zombie_parents === null || zombie_parents.length === 0) return '';
  const rows = zombie_parents
    .slice(0, top)
    .map(({ pid, comm, cgroup, zombies, new_zombies }) => [
      `${comm === null ? 'gone' : printable(comm)} (${pid})`,
      place(cgroup),
      group(zombies),
      group(new_zombies),
    ]);
  const head = ['parent of zombies', 'cgroup', '>zombies', '>new'];
  return renderTable(head, rows, style);
}

function renderAbsent(
  { reason, top_forkers, programs, lifetimes }: Diagnosis,
  style: Style,
): string {
  if (reason === null) return '';
  const absent = [
    ...(top_forkers === null ? ['top forkers'] : []),
    ...(programs === null ? ['programs'] : []),
    ...(lifetimes === null ? ['how long processes lived and how they ended'] : []),
  ];
  return `${absent.join(', ')}: ${style('yellow', 'absent')}, ${reason}`;
}
