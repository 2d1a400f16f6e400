import { shorten } from './page-scopes.ts';
import { groupDigits as group, printable, renderTable, type Style } from './page-table.ts';
import type { Report } from './report.ts';

type Blame = Report['blame'];

/** Who created most, how much of it was short-lived, and who leaves what ended unreaped. */
export function renderBlame(blame: Blame, top: number, style: Style): string {
  return [
    renderCreators(blame.forkers ?? [], top, style),
    renderShortLived(blame.short_lived),
    renderUnreaped(blame.unreaped, top, style),
    blame.reason === null
      ? ''
      : `who created most, and for how long: ${style('yellow', 'absent')}, ${blame.reason}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function renderCreators(forkers: NonNullable<Blame['forkers']>, top: number, style: Style): string {
  if (forkers.length === 0) return '';
  const rows = forkers.slice(0, top).map(({ comm, cgroup, parents, busiest, ...created }) => [
    printable(comm),
    place(cgroup),
    group(created.process_created),
    group(created.thread_created),
    parents === null ? 'many' : group(parents),
    busiest
      .slice(0, 1)
      .map(
        ({ pid, process_created, thread_created }) =>
          `${pid}: ${group(process_created + thread_created)}`,
      )
      .join(''),
  ]);
  const head = ['creator', 'cgroup', '>created', '>threads', '>parents', 'pid that created most'];
  return renderTable(head, rows, style);
}

function renderShortLived(shortLived: Blame['short_lived']): string {
  if (shortLived === null || shortLived.ended === 0) return '';
  const { ended, under_100_ms } = shortLived;
  const percent = ((under_100_ms / ended) * 100).toFixed(1);
  return `lived under 100 ms: ${percent} % of the processes that ended (${group(under_100_ms)} of ${group(ended)})`;
}

function renderUnreaped(unreaped: Blame['unreaped'], top: number, style: Style): string {
  if (unreaped.length === 0) return '';
  const rows = unreaped
    .slice(0, top)
    .map(({ pid, comm, cgroup, children, ended_in_window }) => [
      `${comm === null ? 'gone' : printable(comm)} (${pid})`,
      place(cgroup),
      group(children),
      group(ended_in_window),
    ]);
  const head = ['leaves unreaped', 'cgroup', '>children', '>of this window'];
  return renderTable(head, rows, style);
}

function place(cgroup: string | null): string {
  return cgroup === null ? '-' : shorten(printable(cgroup));
}
