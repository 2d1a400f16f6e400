import { type DrawTable, groupDigits as group, printable } from './page-table.ts';
import type { NamePlace } from './place-name.ts';
import type { Report } from './report.ts';

type Program = NonNullable<Report['diagnosis']['programs']>[number];
type FailedExit = NonNullable<Program['failed_exits']>[number];

/** More kinds of failure than these are summed up. */
const MOST_KINDS = 3;

/** Programs whose processes ended with a status that is not 0, or by a signal. */
export function renderFailedExits(
  programs: readonly Program[],
  top: number,
  place: NamePlace,
  table: DrawTable,
): string {
  const rows = programs
    .map((program) => ({ ...program, failed: sum(program.failed_exits ?? []) }))
    .filter(({ failed }) => failed > 0)
    .sort((a, b) => b.failed - a.failed)
    .slice(0, top)
    .map(({ comm, cgroup, failed, process_exited, failed_exits }) => [
      nameOf(comm),
      place(cgroup),
      group(failed),
      group(process_exited ?? 0),
      describeExits(failed_exits ?? []),
    ]);
  if (rows.length === 0) return '';
  return table(['failed exits', 'cgroup', '>failed', '>of', 'how'], rows);
}

/** Programs by how often they were executed. */
export function renderExecuted(
  programs: readonly Program[],
  top: number,
  place: NamePlace,
  table: DrawTable,
): string {
  const rows = programs
    .filter(({ exec }) => exec !== null && exec > 0)
    .sort((a, b) => (b.exec ?? 0) - (a.exec ?? 0))
    .slice(0, top)
    .map(({ comm, cgroup, exec }) => [nameOf(comm), place(cgroup), group(exec ?? 0)]);
  if (rows.length === 0) return '';
  return table(['executed', 'cgroup', '>execs'], rows);
}

/** How long the processes had lived that exited, in one line. */
export function renderLifetimes(lifetimes: NonNullable<Report['diagnosis']['lifetimes']>): string {
  const all = lifetimes.reduce((count, { processes }) => count + processes, 0);
  if (all === 0) return '';
  const parts = lifetimes
    .filter(({ processes }) => processes > 0)
    .map(({ under_seconds, processes }) => `${spanOf(under_seconds)} ${percent(processes, all)}`);
  return `lived: ${parts.join(', ')} of ${group(all)} processes that exited`;
}

/** Kinds of failure with their counts, the most frequent first. */
export function describeExits(exits: readonly FailedExit[]): string {
  const rest = exits.slice(MOST_KINDS);
  return [
    ...exits.slice(0, MOST_KINDS).map((exit) => `${kindOf(exit)}: ${group(exit.count)}`),
    ...(rest.length === 0 ? [] : [`other: ${group(sum(rest))}`]),
  ].join(', ');
}

function kindOf({ status, signal, core_dumped }: FailedExit): string {
  if (signal === null) return `exit ${status}`;
  return core_dumped ? `${signal} (core)` : signal;
}

/** `under 10 ms`. */
export function spanOf(underSeconds: number | null): string {
  if (underSeconds === null) return 'longer';
  return underSeconds < 1 ? `under ${underSeconds * 1000} ms` : `under ${underSeconds} s`;
}

function percent(part: number, all: number): string {
  return part === all ? '100 %' : `${((part / all) * 100).toFixed(1)} %`;
}

function sum(exits: readonly FailedExit[]): number {
  return exits.reduce((count, exit) => count + exit.count, 0);
}

/** A program as it stands in a table. */
export function nameOf(comm: string | null): string {
  return comm === null ? 'all others' : printable(comm);
}
