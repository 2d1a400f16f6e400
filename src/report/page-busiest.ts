import { nameOf } from './page-programs.ts';
import { groupDigits as group, renderTable, type Style } from './page-table.ts';
import { namePlace } from './place-name.ts';
import type { Report } from './report.ts';

export interface Row {
  readonly comm: string | null;
  readonly cgroup: string | null;
  created: number;
  threads: number;
  execs: number;
  failed: number;
}

type Column = 'created' | 'threads' | 'execs' | 'failed';

const COLUMNS: readonly (readonly [Column, string])[] = [
  ['created', '>created'],
  ['threads', '>threads'],
  ['execs', '>execs'],
  ['failed', '>failed exits'],
];

/** Programs that did most, with columns in which something happened. */
export function renderBusiest(report: Report, most: number, style: Style, columns: number): string {
  const rows = buildRows(report.diagnosis).sort((a, b) => sum(b) - sum(a));
  const shown = rows.slice(0, most);
  const counted = COLUMNS.filter(([column]) => shown.some((row) => row[column] > 0));
  if (shown.length === 0) return '';
  const table = renderTable(
    [...counted.map(([, head]) => head), 'program', 'cgroup'],
    shown.map((row) => [
      ...counted.map(([column]) => group(row[column])),
      nameOf(row.comm),
      namePlace(report, row.cgroup),
    ]),
    style,
    columns,
  );
  const rest = rows.length - shown.length;
  return rest > 0 ? `${table}\nand ${group(rest)} more (-v)` : table;
}

/** What a program created stands under its own name, and what it executed under the name that it has since. */
export function buildRows({ top_forkers, programs }: Report['diagnosis']): Row[] {
  const rows = new Map<string, Row>();
  const rowOf = (comm: string | null, cgroup: string | null) => {
    const name = JSON.stringify([comm, cgroup]);
    const row = rows.get(name) ?? { comm, cgroup, created: 0, threads: 0, execs: 0, failed: 0 };
    rows.set(name, row);
    return row;
  };
  for (const forker of top_forkers ?? []) {
    const row = rowOf(forker.comm, forker.cgroup);
    row.created += forker.process_created;
    row.threads += forker.thread_created;
  }
  for (const program of programs ?? []) {
    const row = rowOf(program.comm, program.cgroup);
    row.execs += program.exec ?? 0;
    for (const { count } of program.failed_exits ?? []) row.failed += count;
  }
  return [...rows.values()].filter((row) => sum(row) > 0);
}

function sum({ created, threads, execs, failed }: Row): number {
  return created + threads + execs + failed;
}
