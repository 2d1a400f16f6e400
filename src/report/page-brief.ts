import { isBalanced } from '../counters/balance.ts';
import { EVENT_NAMES } from './event-names.ts';
import { countLives } from './lifetimes.ts';
import { listLosses, MISSED_UNKNOWN } from './losses.ts';
import { renderBusiest } from './page-busiest.ts';
import { describeAbsent } from './page-diagnosis.ts';
import { groupDigits as group, printable, type Style } from './page-table.ts';
import { renderVerdict } from './page-verdict.ts';
import type { Report } from './report.ts';
import { wrapText } from './wrap.ts';

/** Rows of the table of programs that stay where the verdict needs the place of the others: for evidence, and for itself. */
const ROWS_BESIDE_EVIDENCE = 3;
const LEAST_ROWS = 1;

/** Lines of evidence for which rows are given up. */
const WANTED_EVIDENCE = 4;

/**
 * What fits on a terminal: what is wrong, who did most, and whether that is all.
 *
 * @param most - Rows of the table of programs.
 * @param room - Lines of the terminal that nothing else of the page takes.
 */
export function renderBrief(
  report: Report,
  most: number,
  style: Style,
  columns: number,
  room: number,
): string[] {
  const pace = renderPace(report, style, columns);
  const trust = renderTrust(report, style, columns);
  const lines = room - 1 - countLines(pace) - countLines(trust);
  const tell = (room?: number) => renderVerdict(report, style, { columns, lines: room });
  const least = countLines(tell(0));
  const wanted = Math.min(countLines(tell()), least + WANTED_EVIDENCE);
  for (let rows = most; ; rows -= 1) {
    const busiest = renderBusiest(report, rows, style, columns);
    // Each part but the last is followed by an empty line.
    const left = lines - 1 - (busiest === '' ? 0 : countLines(busiest) + 1);
    if (left >= (rows > ROWS_BESIDE_EVIDENCE ? wanted : least) || rows <= LEAST_ROWS) {
      return [`${pace}\n${tell(left)}`, busiest, trust].filter((part) => part !== '');
    }
  }
}

function countLines(text: string): number {
  return text.split('\n').length;
}

function renderPace(
  { system, window, diagnosis, narrowed }: Report,
  style: Style,
  columns: number,
): string {
  const rate = (count: number | null, of: string) =>
    count === null || window.seconds <= 0
      ? []
      : [`${group(Math.round(count / window.seconds))} ${of}/s`];
  const { ended, short } = countLives(diagnosis);
  const parts = [
    ...rate(system.process_created, 'processes'),
    ...rate(system.thread_created, 'threads'),
    // How long others lived is not known where the view is narrowed.
    ...(ended === 0 || narrowed !== undefined
      ? []
      : [`${Math.floor((short / ended) * 100)} % lived under 100 ms`]),
  ];
  const interrupted = window.interrupted ? ', interrupted' : '';
  const text = [`Whole machine, ${window.seconds.toFixed(1)} s${interrupted}`, parts.join(', ')]
    .filter((part) => part !== '')
    .join(': ');
  return wrapText(text, columns)
    .map((line) => style('bold', line))
    .join('\n');
}

/** One line where all is counted; else one for each thing that is not. */
function renderTrust(report: Report, style: Style, columns: number): string {
  const { plan, audit, balance, loss, notes, host } = report;
  const doubts = [
    ...describeUnattributed(report.diagnosis),
    ...plan.events.flatMap(describeQuality),
    ...(loss.missed === null ? [`missed events: not known, ${MISSED_UNKNOWN}`] : []),
  ];
  const losses = listLosses(loss);
  const checked = audit.completeness === null ? 'audit not checked' : 'audit ok';
  const isWhole =
    (audit.completeness ?? 100) === 100 && losses.length === 0 && isBalanced(balance) !== false;
  const yellow = (text: string) => wrapText(text, columns).map((line) => style('yellow', line));
  return [
    ...plan.warnings.flatMap((warning) => yellow(`warning: ${warning}`)),
    ...notes.flatMap((note) => yellow(printable(note))),
    ...doubts.flatMap((doubt) => wrapText(doubt, columns)),
    ...report.near_limits.unknown.flatMap((what) => wrapText(`not looked at: ${what}`, columns)),
    ...(losses.length === 0 ? [] : yellow(`lost: ${losses.join(', ')}`)),
    ...(isWhole ? [`counted ${doubts.length === 0 ? '' : 'the rest '}exactly; ${checked}`] : []),
    ...wrapText(
      `Linux ${host.kernel}, ${host.cpus} CPUs, bpftrace ${host.bpftrace} (-v: plan, audit, notes, tables)`,
      columns,
    ),
  ].join('\n');
}

function describeUnattributed(diagnosis: Report['diagnosis']): string[] {
  const isNobody = diagnosis.top_forkers === null && diagnosis.programs === null;
  return isNobody ? [`who did it: not known, ${diagnosis.reason}`] : describeAbsent(diagnosis);
}

/** What must be counted and is not stands in the verdict. */
function describeQuality({ event, quality, reason }: Report['plan']['events'][number]): string[] {
  const isTold = quality === 'approximate' || (event === 'error' && quality === 'absent');
  return isTold ? [`${EVENT_NAMES[event]}: ${quality}, ${reason.split('; ').at(-1)}`] : [];
}
