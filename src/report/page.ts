import { listLosses, MISSED_UNKNOWN } from './losses.ts';
import { describeNarrowed, describeNothing } from './narrowed-words.ts';
import { renderBrief } from './page-brief.ts';
import { describeCommand, describeEnd, renderCommand } from './page-command.ts';
import { renderDiagnosis } from './page-diagnosis.ts';
import { renderFailedForks } from './page-failed-forks.ts';
import { renderScopes } from './page-scopes.ts';
import { groupDigits as group, renderTable, type Style } from './page-table.ts';
import { renderVerdict } from './page-verdict.ts';
import type { Report } from './report.ts';
import { PAGE_COLUMNS, PAGE_LINES, wrapText } from './wrap.ts';

export interface PageOptions {
  /** How many scopes of each kind are shown. */
  readonly top?: number;
  /** Everything that the report holds, as tables. */
  readonly isVerbose?: boolean;
  /** Of the terminal. */
  readonly columns?: number;
  readonly lines?: number;
}

/** The report as one page for a person. */
export function renderPage(
  report: Report,
  style: Style,
  { top = 5, isVerbose = false, columns = PAGE_COLUMNS, lines = PAGE_LINES }: PageOptions = {},
): string {
  const nothing = report.command === undefined ? describeNothing(report) : undefined;
  if (nothing !== undefined) return `${wrapText(nothing, columns).join('\n')}\n`;
  const command = renderCommand(report, style, { top, isVerbose, columns });
  const narrowed = describeNarrowed(report)
    .flatMap((line) => wrapText(line, columns))
    .join('\n');
  const head = [command, narrowed].filter((part) => part !== '');
  const taken = head.reduce((sum, part) => sum + part.split('\n').length + 1, 0);
  const parts = isVerbose
    ? [...head, ...renderWhole(report, top, style, columns)]
    : [...head, ...renderBrief(report, top, style, columns, lines - taken)];
  return parts
    .filter((part) => part !== '')
    .map((part) => `${part}\n`)
    .join('\n');
}

function renderWhole(report: Report, top: number, style: Style, columns: number): string[] {
  return [
    renderVerdict(report, style, { columns }),
    renderHead(report, style),
    renderCounters(report, style),
    renderFailedForks(report.failed_forks, style),
    renderWho(report, style, top, columns),
    renderDiagnosis(report, top, style, columns),
    renderTrust(report, style),
    renderPlan(report.plan, style),
  ];
}

/** The plan as a table: event, attach type, quality and reason; below each the candidates that were not taken. */
export function renderPlan(plan: Report['plan'], style: Style): string {
  const rows = plan.events.flatMap(({ event, attach_type, quality, reason, rejected }) => [
    [event, attach_type ?? '-', quality === 'exact' ? quality : style('yellow', quality), reason],
    ...(attach_type === null
      ? []
      : rejected.map((other) => [
          '',
          '',
          style('dim', 'not taken'),
          `${other.candidate}: ${other.reason}`,
        ])),
  ]);
  const table = renderTable(['plan', '', '', ''], rows, style);
  return [
    table,
    ...plan.warnings.map((warning) => style('yellow', `warning: ${warning}`)),
    ...plan.notes.map((note) => `note: ${note}`),
  ].join('\n');
}

function renderWho(report: Report, style: Style, top: number, columns: number): string {
  const { apps, cgroups, services, dropped, unattributed } = report;
  const rests = dropped && unattributed && { dropped, unattributed };
  return [
    apps && renderScopes('app group', apps, rests, top, style, columns),
    cgroups && renderScopes('cgroup', cgroups, rests, top, style, columns),
    services && renderScopes('service', services, null, top, style, columns),
  ]
    .filter((part) => part !== null && part !== '')
    .join('\n\n');
}

function renderHead({ window, host, command }: Report, style: Style): string {
  const watched = `${window.seconds.toFixed(1)} s from ${window.start}${window.interrupted ? ', interrupted' : ''}`;
  const machine = `Linux ${host.kernel}, ${host.cpus} CPUs, bpftrace ${host.bpftrace}`;
  const lines = [style('bold', `Whole machine, ${watched}`), machine];
  if (command?.counters === null) {
    lines.push(`meanwhile: ${describeCommand(command)} (${describeEnd(command)})`);
  }
  return lines.join('\n');
}

function renderCounters({ system, window, plan }: Report, style: Style): string {
  const row = (name: string, event: string, value: number | null) => {
    const planned = plan.events.find((candidate) => candidate.event === event);
    const remark = planned === undefined || planned.quality === 'exact' ? '' : planned.quality;
    const cells = value === null ? ['-', '-'] : [group(value), rate(value, window.seconds)];
    return [name, ...cells, remark === '' ? '' : style('yellow', remark)];
  };
  const rows = [
    row('processes created', 'create', system.process_created),
    row('threads created', 'create', system.thread_created),
    row('execs', 'exec', system.exec),
    row('processes exited', 'exit', system.process_exited),
    row('threads exited', 'exit', system.thread_exited),
    row('tasks released', 'release', system.released),
    row('failed forks', 'error', system.errors?.total ?? null),
    ...Object.entries(system.errors?.by_errno ?? {}).map(([errno, count]) =>
      row(`  ${errno}`, 'error', count),
    ),
  ];
  return renderTable(['', '>total', '>per second', ''], rows, style);
}

function renderTrust({ audit, balance, loss, notes, near_limits }: Report, style: Style): string {
  const lost = [...listLosses(loss), ...(loss.missed === null ? [MISSED_UNKNOWN] : [])].join(', ');
  return [
    renderAudit(audit, style),
    renderBalance(balance, style),
    ...near_limits.unknown.map((what) => `limits not looked at: ${what}`),
    lost === '' ? 'loss   none' : `loss   ${style('yellow', lost)}`,
    ...notes.map((note) => `note   ${style('yellow', note)}`),
  ].join('\n');
}

function renderAudit(
  { created, forks_at_least: low, forks_at_most: high, completeness }: Report['audit'],
  style: Style,
): string {
  if (low === null || high === null) {
    return `audit  ${style('yellow', 'not checked: the kernel does not say how many tasks it created')}`;
  }
  const forks = low === high ? group(low) : `${group(low)} to ${group(high)}`;
  if (created === null) {
    return `audit  ${style('yellow', 'not checked: created tasks are not counted')}, the kernel created ${forks}`;
  }
  if (completeness === null) {
    return `audit  ${style('yellow', 'not checked')}: ${group(created)} created tasks counted, the kernel created ${forks}`;
  }
  const percent = `${completeness.toFixed(completeness === 100 ? 0 : 3)} % complete`;
  const verdict = completeness === 100 ? percent : style('red', percent);
  return `audit  ${verdict}: ${group(created)} created tasks counted, the kernel created ${forks}`;
}

function renderBalance(
  { exited, released, zombies, difference, edge }: Report['balance'],
  style: Style,
): string {
  if (exited === null || released === null || zombies === null || difference === null) {
    return `balance  ${style('yellow', 'not checked: exits, releases or zombies are not counted')}`;
  }
  const sum = `${group(exited)} exited, ${group(released)} released, zombies ${zombies < 0 ? '-' : '+'}${group(Math.abs(zombies))}`;
  if (difference === 0) return `balance  ${sum}`;
  const differs = `${sum}: they differ by ${group(Math.abs(difference))}`;
  return Math.abs(difference) <= (edge ?? 0)
    ? `balance  ${differs}, and are read up to ${group(edge ?? 0)} tasks apart`
    : `balance  ${style('red', differs)}`;
}

function rate(value: number, seconds: number): string {
  if (seconds <= 0) return '-';
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return (value / seconds).toLocaleString('en-US', digits);
}
