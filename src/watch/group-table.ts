import type { Report } from '../report/report.ts';
import { type Line, line } from './line.ts';
import { showCount } from './numbers.ts';
import { matches } from './program-table.ts';
import type { Groups, WatchState } from './state.ts';
import { renderRows, type TableColumn } from './table.ts';

type Group = NonNullable<Report['apps']>[number];

const NAMES: Readonly<Record<Groups, string>> = {
  cgroups: 'cgroup',
  services: 'service',
  apps: 'app group',
};

const NUMBERS: readonly (readonly [head: string, read: (group: Group) => number | null])[] = [
  ['created', (group) => group.process_created],
  ['threads', (group) => group.thread_created],
  ['execs', (group) => group.exec],
  ['exited', (group) => group.process_exited],
  ['failed forks', (group) => group.errors?.total ?? null],
];

const LEAST_NAME_WIDTH = 15;

/** What the groups did, the busiest first, in so many lines with the head. */
export function renderGroups(
  report: Report,
  { groups, filter, typed }: Pick<WatchState, 'groups' | 'filter' | 'typed'>,
  columns: number,
  height: number,
): Line[] {
  if (height < 2) return [];
  const all = report[groups];
  if (all === null) return [line(`no ${NAMES[groups]}s: they are not told apart`, 'dim')];
  const rows = all.filter((group) =>
    matches(typed ?? filter, group.name, 'path' in group ? String(group.path) : null),
  );
  const isMore = rows.length > height - 1;
  const shown = rows.slice(0, isMore ? height - 2 : height - 1);
  const numbers = NUMBERS.filter(
    (_, i) => i === 0 || sumWidths(NUMBERS.slice(0, i + 1)) <= columns - LEAST_NAME_WIDTH,
  );
  const width = Math.max(1, columns - sumWidths(numbers));
  const table: TableColumn[] = [
    ...numbers.map(([head]) => ({ head, width: widthOf(head), align: 'right' as const })),
    { head: NAMES[groups], width, align: 'left' },
  ];
  const [head = '', ...lines] = renderRows(
    table,
    shown.map((group) => [...numbers.map(([, read]) => showCount(read(group))), group.name]),
  );
  return [
    line(head, 'bold'),
    ...lines.map((text) => line(text)),
    ...(isMore ? [line(`and ${showCount(rows.length - shown.length)} more`, 'dim')] : []),
  ];
}

/** As wide as the same number of a program above it. */
function widthOf(head: string): number {
  return head.length + 2;
}

function sumWidths(numbers: typeof NUMBERS): number {
  return numbers.reduce((sum, [head]) => sum + widthOf(head) + 2, 0);
}
