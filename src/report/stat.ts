import { groupDigits as group } from './page-table.ts';
import type { Report } from './report.ts';

type Event = Report['plan']['events'][number]['event'];

/** All of a report on one line, as time(1) has it: what the command did, or where there is none the whole machine. */
export function renderStat(report: Report): string {
  const { command, system, window } = report;
  const own = command?.counters ?? null;
  const { process_created, thread_created, exec, process_exited, errors } = own ?? system;
  const marks = markInexact(report);
  const say = (event: Event, count: number | null, what: string) =>
    count === null ? `${what} not known` : `${marks.get(event) ?? ''}${group(count)} ${what}`;
  const counts = [
    say('create', process_created, 'processes created'),
    say('create', thread_created, 'threads created'),
    say('exec', exec, 'execs'),
    say('exit', process_exited, 'processes exited'),
    say('error', errors?.total ?? null, 'failed forks'),
  ];
  const scope = own === null ? 'whole machine: ' : '';
  const least = isWhole(report) ? '' : 'at least ';
  const seconds = (command?.seconds ?? window.seconds).toFixed(2);
  return `ebpf-processes: ${scope}${least}${counts.join(', ')}; ${seconds} s${describeEnd(command)}\n`;
}

/** What is approximate is marked, as everywhere. */
function markInexact({ plan }: Report): ReadonlyMap<Event, string> {
  return new Map(
    plan.events.map(({ event, quality }) => [event, quality === 'approximate' ? '~' : '']),
  );
}

/** Nothing may be missing. */
function isWhole({ audit, loss, command }: Report): boolean {
  const { missed, ...lost } = loss;
  return (
    (audit.completeness ?? 100) === 100 &&
    [...Object.values(lost), ...Object.values(missed ?? {})].every((count) => count === 0) &&
    (command?.escaped?.reasons ?? []).length === 0
  );
}

function describeEnd(command: Report['command']): string {
  if (command === undefined) return '';
  if (command.running) return ', still running';
  const { signal, exit_code } = command;
  return signal === null ? `, exit code ${exit_code}` : `, killed by SIG${signal.name}`;
}
