import { renderBrief } from './page-brief.ts';
import { renderDiagnosis } from './page-diagnosis.ts';
import { renderFailedForks } from './page-failed-forks.ts';
import { renderScopes } from './page-scopes.ts';
import { groupDigits as group, printable, renderTable, type Style } from './page-table.ts';
import { renderVerdict } from './page-verdict.ts';
import type { Report } from './report.ts';

export interface PageOptions {
  /** How many scopes of each kind are shown. */
  readonly top?: number;
  /** Everything that the report holds, as tables. */
  readonly isVerbose?: boolean;
}

/** The report as one page for a person. */
export function renderPage(
  report: Report,
  style: Style,
  { top = 5, isVerbose = false }: PageOptions = {},
): string {
  const command = renderCommand(report, style, top);
  const parts = isVerbose
    ? [command, ...renderWhole(report, top, style)]
    : [command, ...renderBrief(report, top, style)];
  return parts
    .filter((part) => part !== '')
    .map((part) => `${part}\n`)
    .join('\n');
}

function renderWhole(report: Report, top: number, style: Style): string[] {
  return [
    renderVerdict(report, style),
    renderHead(report, style),
    renderCounters(report, style),
    renderFailedForks(report.failed_forks, style),
    renderWho(report, style, top),
    renderDiagnosis(report.diagnosis, top, style),
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

/** What the command itself did comes first, because that is the question. */
function renderCommand({ command }: Report, style: Style, top: number): string {
  if (command?.counters == null || command.comms === null) return '';
  const head = style('bold', `${describeCommand(command)}: ${describeEnd(command)}`);
  const isWhole = command.escaped?.reasons.length === 0;
  const all = { name: isWhole ? 'all of it' : 'at least', ...command.counters };
  const rests = command.dropped && { dropped: command.dropped };
  return `${head}\n\n${renderScopes('the command', [all, ...command.comms], rests, top + 1, style)}`;
}

type Command = NonNullable<Report['command']>;

function describeCommand({ argv, user }: Command): string {
  const words = argv.map(printable).join(' ');
  return user === null ? words : `${words}, as ${printable(user)}`;
}

function describeEnd({ exit_code, signal, running, seconds }: Command): string {
  const time = `${seconds.toFixed(2)} s`;
  if (running) return `still running after ${time}`;
  const killed = signal === null ? '' : `killed by signal ${signal.number} (${signal.name}), `;
  return `${killed}exit code ${exit_code}, ${time}`;
}

function renderWho(report: Report, style: Style, top: number): string {
  const { apps, cgroups, services, dropped, unattributed } = report;
  const rests = dropped && unattributed && { dropped, unattributed };
  return [
    apps && renderScopes('app group', apps, rests, top, style),
    cgroups && renderScopes('cgroup', cgroups, rests, top, style),
    services && renderScopes('service', services, null, top, style),
  ]
    .filter((part) => part !== null && part !== '')
    .join('\n\n');
}

function renderHead({ window, host, command }: Report, style: Style): string {
  const watched = `${window.seconds.toFixed(1)} s from ${window.start}${window.interrupted ? ', interrupted' : ''}`;
  const machine = `Linux ${host.kernel}, ${host.cpus} CPUs, bpftrace ${host.bpftrace}`;
  const lines = [style('bold', `The whole machine, ${watched}`), machine];
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

function renderTrust({ audit, balance, loss, notes }: Report, style: Style): string {
  const lost = renderLoss(loss);
  return [
    renderAudit(audit, style),
    renderBalance(balance, style),
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

function renderLoss({ missed, ...loss }: Report['loss']): string {
  const parts = Object.entries(loss).filter(([, count]) => count > 0);
  const events = Object.entries(missed ?? {}).filter(([, count]) => count > 0);
  const unknown = missed === null ? ['unknown: what the kernel missed cannot be read'] : [];
  return [
    ...parts.map(([name, count]) => `${group(count)} ${name.replace('_', ' ')}`),
    ...events.map(([event, count]) => `${group(count)} ${event} events missed by the kernel`),
    ...unknown,
  ].join(', ');
}

function rate(value: number, seconds: number): string {
  if (seconds <= 0) return '-';
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return (value / seconds).toLocaleString('en-US', digits);
}
