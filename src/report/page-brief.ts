import { isBalanced } from '../counters/balance.ts';
import { countLives } from './lifetimes.ts';
import { renderBusiest } from './page-busiest.ts';
import { groupDigits as group, printable, type Style } from './page-table.ts';
import { renderVerdict } from './page-verdict.ts';
import type { Report } from './report.ts';

/** What stands on a terminal of 24 lines: what is wrong, who did most, and whether that is all. */
export function renderBrief(report: Report, most: number, style: Style): string[] {
  return [
    `${renderPace(report, style)}\n${renderVerdict(report, style)}`,
    renderBusiest(report, most, style),
    renderTrust(report, style),
  ];
}

function renderPace({ system, window, diagnosis }: Report, style: Style): string {
  const rate = (count: number | null, of: string) =>
    count === null || window.seconds <= 0
      ? []
      : [`${group(Math.round(count / window.seconds))} ${of}/s`];
  const { ended, short } = countLives(diagnosis);
  const parts = [
    ...rate(system.process_created, 'processes'),
    ...rate(system.thread_created, 'threads'),
    ...rate(system.exec, 'execs'),
    ...(ended === 0 ? [] : [`${Math.floor((short / ended) * 100)} % lived under 100 ms`]),
  ];
  const interrupted = window.interrupted ? ', interrupted' : '';
  return style(
    'bold',
    [`The whole machine, ${window.seconds.toFixed(1)} s${interrupted}`, parts.join(', ')]
      .filter((part) => part !== '')
      .join(': '),
  );
}

/** One line where all is counted; else one for each thing that is not. */
function renderTrust({ plan, audit, balance, loss, notes, host }: Report, style: Style): string {
  const notExact = plan.events
    // What must be counted and is not stands in the verdict.
    .filter(({ event, quality }) => quality === 'approximate' || isLeftOut(event, quality))
    .map(
      ({ event, quality, reason }) =>
        `${event}: ${style('yellow', quality)}, ${reason.split('; ').at(-1)}`,
    );
  const { missed, ...lost } = loss;
  const losses = [
    ...Object.entries(lost),
    ...Object.entries(missed ?? {}).map(([event, count]) => [`${event} events`, count] as const),
  ]
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${group(count)} ${name.replace('_', ' ')}`);
  const checked = audit.completeness === null ? 'audit not checked' : 'audit ok';
  const isWhole =
    (audit.completeness ?? 100) === 100 && losses.length === 0 && isBalanced(balance) !== false;
  return [
    ...plan.warnings.map((warning) => style('yellow', `warning: ${warning}`)),
    ...plan.notes.map((note) => `note: ${note}`),
    ...notExact,
    ...(losses.length === 0 ? [] : [style('yellow', `lost: ${losses.join(', ')}`)]),
    ...notes.map((note) => style('yellow', printable(note))),
    ...(isWhole ? [`counted ${notExact.length === 0 ? '' : 'the rest '}exactly; ${checked}`] : []),
    `Linux ${host.kernel}, ${host.cpus} CPUs, bpftrace ${host.bpftrace} (-v: plan, audit, all tables)`,
  ].join('\n');
}

function isLeftOut(event: string, quality: string): boolean {
  return event === 'error' && quality === 'absent';
}
