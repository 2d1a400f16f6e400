import { shorten } from './page-scopes.ts';
import { groupDigits as group, printable, renderTable, type Style } from './page-table.ts';
import type { Report } from './report.ts';

type Diagnosis = Report['diagnosis'];

/** Who created most, how much of it was short-lived, and who has zombies. */
export function renderDiagnosis(diagnosis: Diagnosis, top: number, style: Style): string {
  return [
    renderTopForkers(diagnosis.top_forkers ?? [], top, style),
    renderShortLived(diagnosis.short_lived),
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

function renderShortLived(shortLived: Diagnosis['short_lived']): string {
  if (shortLived === null || shortLived.ended === 0) return '';
  const { ended, under_100_ms } = shortLived;
  const percent = ((under_100_ms / ended) * 100).toFixed(1);
  return `lived under 100 ms: ${percent} % of the processes that exited (${group(under_100_ms)} of ${group(ended)})`;
}

function renderZombieParents(
  zombie_parents: Diagnosis['zombie_parents'],
  top: number,
  style: Style,
): string {
  if (zombie_parents.length === 0) return '';
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

function renderAbsent({ reason, top_forkers, short_lived }: Diagnosis, style: Style): string {
  if (reason === null) return '';
  const absent = [
    ...(top_forkers === null ? ['top forkers'] : []),
    ...(short_lived === null ? ['short-lived processes'] : []),
  ];
  return `${absent.join(' and ')}: ${style('yellow', 'absent')}, ${reason}`;
}

function place(cgroup: string | null): string {
  return cgroup === null ? '-' : shorten(printable(cgroup));
}
