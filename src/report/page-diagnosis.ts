import { renderExecuted, renderFailedExits, renderLifetimes } from './page-programs.ts';
import {
  type DrawTable,
  groupDigits as group,
  printable,
  renderTable,
  type Style,
} from './page-table.ts';
import { type NamePlace, namePlace } from './place-name.ts';
import type { Report } from './report.ts';
import { wrapText } from './wrap.ts';

type Diagnosis = Report['diagnosis'];

/** Who created most, what was executed and how it ended, how long it lived, and who has zombies. */
export function renderDiagnosis(
  report: Pick<Report, 'diagnosis' | 'cgroups' | 'services'>,
  top: number,
  style: Style,
  columns: number,
): string {
  const { diagnosis } = report;
  const place = (cgroup: string | null) => namePlace(report, cgroup);
  const table: DrawTable = (head, rows) => renderTable(head, rows, style, columns);
  return [
    renderTopForkers(diagnosis.top_forkers ?? [], top, place, table),
    renderFailedExits(diagnosis.programs ?? [], top, place, table),
    renderExecuted(diagnosis.programs ?? [], top, place, table),
    wrapText(renderLifetimes(diagnosis.lifetimes ?? []), columns).join('\n'),
    renderZombieParents(diagnosis.zombie_parents, top, place, table),
    ...describeAbsent(diagnosis).map((line) => style('yellow', line)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function renderTopForkers(
  forkers: NonNullable<Diagnosis['top_forkers']>,
  top: number,
  place: NamePlace,
  table: DrawTable,
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
  const head = ['top forkers', 'cgroup', '>created', '>threads', '>processes', 'busiest pid'];
  return table(head, rows);
}

function renderZombieParents(
  zombie_parents: Diagnosis['zombie_parents'],
  top: number,
  place: NamePlace,
  table: DrawTable,
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
  return table(head, rows);
}

/** Which parts are absent and why, one line; none where all are there. */
export function describeAbsent({ reason, top_forkers, programs, lifetimes }: Diagnosis): string[] {
  if (reason === null) return [];
  const absent = [
    ...(top_forkers === null ? ['top forkers'] : []),
    ...(programs === null ? ['programs'] : []),
    ...(lifetimes === null ? ['how long processes lived and how they ended'] : []),
  ];
  return absent.length === 0 ? [] : [`${absent.join(', ')}: absent, ${reason}`];
}
