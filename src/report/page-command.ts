import { quoteCommand } from './command-line.ts';
import { describeExits, renderLifetimes, spanOf } from './page-programs.ts';
import { renderScopes } from './page-scopes.ts';
import { groupDigits as group, printable, renderTable, type Style } from './page-table.ts';
import type { Report } from './report.ts';

type Command = NonNullable<Report['command']>;
type Program = NonNullable<Command['comms']>[number];

/** A longer command line is cut on the page; the JSON has it whole. */
const COMMAND_CHARACTERS = 240;

/** What the command itself did comes first, because that is the question. */
export function renderCommand(
  { command }: Report,
  style: Style,
  options: { readonly top: number; readonly isVerbose: boolean; readonly columns: number },
): string {
  if (command?.counters == null || command.comms === null) return '';
  const { top, columns } = options;
  const head = style('bold', `${describeCommand(command)}: ${describeEnd(command)}`);
  const isWhole = command.escaped?.reasons.length === 0;
  const all = { name: isWhole ? 'all of it' : 'at least', ...command.counters };
  const rests = command.dropped && { dropped: command.dropped };
  return [
    head,
    renderScopes('the command', [all, ...command.comms], rests, top + 1, style, columns),
    renderEndings(command.comms, style, options),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

export function describeCommand({ argv, user }: Command): string {
  const words = quoteCommand(argv, COMMAND_CHARACTERS);
  return user === null ? words : `${words}, as ${printable(user)}`;
}

export function describeEnd({ exit_code, signal, running, seconds }: Command): string {
  const time = `${seconds.toFixed(2)} s`;
  if (running) return `still running after ${time}`;
  const killed = signal === null ? '' : `killed by signal ${signal.number} (${signal.name}), `;
  return `${killed}exit code ${exit_code}, ${time}`;
}

/** How its processes ended and how long they had lived: those that failed, all of them with -v. */
function renderEndings(
  programs: readonly Program[],
  style: Style,
  {
    top,
    isVerbose,
    columns,
  }: { readonly top: number; readonly isVerbose: boolean; readonly columns: number },
): string {
  const ended = programs
    .filter(({ process_exited }) => (process_exited ?? 0) > 0)
    .filter((program) => program.failed_exits !== null && (isVerbose || countFailed(program) > 0))
    .slice(0, isVerbose ? undefined : top);
  const rows = ended.map((program) => [
    printable(program.name),
    group(countFailed(program)),
    group(program.process_exited ?? 0),
    describeMedian(program.lifetimes ?? []),
    describeExits(program.failed_exits ?? []),
  ]);
  const head = ['exits', '>failed', '>of', 'most lived', 'how'];
  return [
    rows.length === 0 ? '' : renderTable(head, rows, style, columns),
    renderLifetimes(sumUp(programs)),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function countFailed({ failed_exits }: Program): number {
  return (failed_exits ?? []).reduce((sum, { count }) => sum + count, 0);
}

/** Half of them lived no longer than the class that the median is in. */
function describeMedian(lifetimes: NonNullable<Program['lifetimes']>): string {
  const all = lifetimes.reduce((sum, { processes }) => sum + processes, 0);
  let before = 0;
  const median = lifetimes.find(({ processes }) => {
    before += processes;
    return before * 2 >= all;
  });
  return all === 0 || median === undefined ? '' : spanOf(median.under_seconds);
}

function sumUp(programs: readonly Program[]): NonNullable<Program['lifetimes']> {
  const [first, ...others] = programs.flatMap(({ lifetimes }) =>
    lifetimes === null ? [] : [lifetimes],
  );
  return (first ?? []).map(({ under_seconds, processes }, i) => ({
    under_seconds,
    processes: others.reduce((sum, one) => sum + (one[i]?.processes ?? 0), processes),
  }));
}
