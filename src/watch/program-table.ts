import { buildRows, type Row } from '../report/page-busiest.ts';
import { nameOf } from '../report/page-programs.ts';
import { namePlace } from '../report/place-name.ts';
import type { Report } from '../report/report.ts';
import { type Line, line } from './line.ts';
import { showCount } from './numbers.ts';
import type { Sort, WatchState } from './state.ts';
import { renderRows, type TableColumn } from './table.ts';

type Counted = Exclude<Sort, 'all'>;

const HEADS: Readonly<Record<Counted, string>> = {
  created: 'created',
  threads: 'threads',
  execs: 'execs',
  failed: 'failed exits',
};

/** A comm has 15 bytes at most. */
const PROGRAM_WIDTH = 15;

/** Of a narrower terminal the cgroup is left out. */
const LEAST_CGROUP_WIDTH = 12;

/** Programs that did most, in so many lines with the head. */
export function renderPrograms(
  report: Report,
  { sort, filter, typed }: Pick<WatchState, 'sort' | 'filter' | 'typed'>,
  columns: number,
  height: number,
): Line[] {
  if (height < 2) return [];
  const rows = buildRows(report.diagnosis)
    .map((row) => ({ ...row, place: namePlace(report, row.cgroup) }))
    .filter((row) => matches(typed ?? filter, row.comm, row.cgroup, row.place))
    .sort((a, b) => amountOf(b, sort) - amountOf(a, sort));
  const isMore = rows.length > height - 1;
  const shown = rows.slice(0, isMore ? height - 2 : height - 1);
  const numbers = chooseNumbers(sort, columns);
  const rest = columns - sumWidths(numbers) - PROGRAM_WIDTH - 2;
  const table: TableColumn[] = [
    ...numbers.map((name) => ({
      head: name === sort ? `[${HEADS[name]}]` : HEADS[name],
      width: widthOf(name),
      align: 'right' as const,
    })),
    { head: 'program', width: PROGRAM_WIDTH, align: 'left' },
    ...(rest < LEAST_CGROUP_WIDTH ? [] : [{ head: 'cgroup', width: rest, align: 'left' as const }]),
  ];
  const [head = '', ...lines] = renderRows(
    table,
    shown.map((row) => [
      ...numbers.map((name) => showCount(row[name])),
      nameOf(row.comm),
      row.place,
    ]),
  );
  return [
    line(head, 'bold'),
    ...lines.map((text) => line(text)),
    ...(isMore ? [line(`and ${showCount(rows.length - shown.length)} more`, 'dim')] : []),
  ];
}

/** Whether one of the names has the text in it. */
export function matches(filter: string, ...names: readonly (string | null)[]): boolean {
  const wanted = filter.toLowerCase();
  return filter === '' || names.some((name) => name?.toLowerCase().includes(wanted));
}

/** As many numbers as fit; that by which is sorted always does. */
function chooseNumbers(sort: Sort, columns: number): Counted[] {
  const all = Object.keys(HEADS) as Counted[];
  const first = sort === 'all' ? 'created' : sort;
  const byNeed = [first, ...all.filter((name) => name !== first)];
  const chosen = byNeed.filter(
    (_, i) => i === 0 || sumWidths(byNeed.slice(0, i + 1)) <= columns - PROGRAM_WIDTH,
  );
  return all.filter((name) => chosen.includes(name));
}

/** Room for the brackets around that by which is sorted. */
function widthOf(name: Counted): number {
  return HEADS[name].length + 2;
}

function sumWidths(names: readonly Counted[]): number {
  return names.reduce((sum, name) => sum + widthOf(name) + 2, 0);
}

function amountOf(row: Row, sort: Sort): number {
  return sort === 'all' ? row.created + row.threads + row.execs + row.failed : row[sort];
}
