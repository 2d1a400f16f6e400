import type { Report } from '../report/report.ts';
import { countersOf, endOf } from './update.ts';

/** A number that is known of each interval. */
export interface Column {
  readonly name: string;
  /** `null` where it is absent. */
  read(report: Report): number | null;
}

/** Zombie parents that a report lists. */
const MOST_PARENTS = 100;

/** The numbers of an interval, for machines. Their names are a promise: docs/watch.md explains them. */
export const COUNTS = [
  { name: 'process_created', read: (report) => countersOf(report).process_created },
  { name: 'thread_created', read: (report) => countersOf(report).thread_created },
  { name: 'exec', read: (report) => countersOf(report).exec },
  { name: 'process_exited', read: (report) => countersOf(report).process_exited },
  { name: 'thread_exited', read: (report) => countersOf(report).thread_exited },
  { name: 'released', read: (report) => countersOf(report).released },
  { name: 'failed_forks', read: (report) => countersOf(report).errors?.total ?? null },
  { name: 'zombies', read: countZombies },
] as const satisfies readonly Column[];

/** How many zombies there are at the end of the interval; `null` where not all are known. */
export function countZombies({ diagnosis }: Report): number | null {
  const parents = diagnosis.zombie_parents;
  if (parents === null || parents.length >= MOST_PARENTS) return null;
  return parents.reduce((sum, { zombies }) => sum + zombies, 0);
}

const CSV_COLUMNS: readonly { readonly name: string; read(report: Report): string }[] = [
  { name: 'time', read: (report) => new Date(endOf(report)).toISOString() },
  { name: 'seconds', read: ({ window }) => window.seconds.toFixed(3) },
  ...COUNTS.map(({ name, read }) => ({
    name,
    read: (report: Report) => String(read(report) ?? ''),
  })),
  {
    name: 'completeness',
    read: ({ audit }) => (audit.completeness === null ? '' : audit.completeness.toFixed(3)),
  },
  {
    name: 'findings',
    read: ({ verdict }) => [...new Set(verdict.map(({ finding }) => finding))].join(' '),
  },
];

/** The first line of the CSV. */
export function renderCsvHeader(): string {
  return toRecord(CSV_COLUMNS.map(({ name }) => name));
}

/** One line of CSV; what is absent is empty. No field holds what a user can name, so that none needs quotes. */
export function renderCsvRow(report: Report): string {
  return toRecord(CSV_COLUMNS.map(({ read }) => read(report)));
}

/** @see RFC 4180: lines end with CRLF. */
function toRecord(fields: readonly string[]): string {
  return `${fields.join(',')}\r\n`;
}
