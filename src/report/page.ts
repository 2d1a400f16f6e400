import { renderBlame } from './page-blame.ts';
import { renderRefusals } from './page-refusals.ts';
import { renderScopes } from './page-scopes.ts';
import { groupDigits as group, printable, renderTable, type Style } from './page-table.ts';
import type { Report } from './report.ts';

/**
 * The report as one page for a person.
 *
 * @param top - How many scopes of each kind are shown.
 */
export function renderPage(report: Report, style: Style, top = 10): string {
  return [
    renderCommand(report, style, top),
    renderHead(report, style),
    renderCounters(report, style),
    renderRefusals(report.refusals, style),
    renderWho(report, style, top),
    renderBlame(report.blame, top, style),
    renderTrust(report, style),
    renderPlan(report.plan, style),
  ]
    .filter((part) => part !== '')
    .map((part) => `${part}\n`)
    .join('\n');
}

/** The plan as a table: event, attachType, quality, and why. */
export function renderPlan(plan: Report['plan'], style: Style): string {
  const rows = plan.events.flatMap(({ event, attachType, quality, reason, refused }) => [
    [event, attachType ?? '-', quality === 'exact' ? quality : style('yellow', quality), reason],
    ...(attachType === null
      ? []
      : refused.map((refusal) => [
          '',
          '',
          style('dim', 'refused'),
          `${refusal.probe}: ${refusal.reason}`,
        ])),
  ]);
  const table = renderTable(['plan', '', '', ''], rows, style);
  return [
    table,
    ...plan.warnings.map((warning) => style('yellow', `warning: ${warning}`)),
    ...plan.notes.map((note) => `note: ${note}`),
  ].join('\n');
}

/** What the command itself did comes first: it is what was asked. */
function renderCommand({ command }: Report, style: Style, top: number): string {
  if (command?.counters == null || command.comms === null) return '';
  const words = command.argv.map(printable).join(' ');
  const head = `${words}: exit code ${command.exit_code}, ${command.seconds.toFixed(2)} s`;
  const all = { name: 'all of it', ...command.counters };
  return `${style('bold', head)}\n\n${renderScopes('the command', [all, ...command.comms], null, top + 1, style)}`;
}

function renderWho(report: Report, style: Style, top: number): string {
  const { apps, cgroups, services, unattributed } = report;
  return [
    apps && renderScopes('app group', apps, unattributed, top, style),
    cgroups && renderScopes('cgroup', cgroups, unattributed, top, style),
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
    const words = command.argv.map(printable).join(' ');
    lines.push(
      `meanwhile: ${words} (exit code ${command.exit_code}, ${command.seconds.toFixed(2)} s)`,
    );
  }
  return lines.join('\n');
}

function renderCounters({ system, window, plan }: Report, style: Style): string {
  const row = (name: string, event: string, value: number | null, seconds = window.seconds) => {
    const planned = plan.events.find((candidate) => candidate.event === event);
    const remark = planned === undefined || planned.quality === 'exact' ? '' : planned.quality;
    const cells = value === null ? ['-', '-'] : [group(value), rate(value, seconds)];
    return [name, ...cells, remark === '' ? '' : style('yellow', remark)];
  };
  const rows = [
    row('processes created', 'create', system.process_created),
    row('threads created', 'create', system.thread_created),
    row('execs', 'exec', system.exec),
    row('processes exited', 'exit', system.process_exited),
    row('threads exited', 'exit', system.thread_exited),
    row('tasks released', 'release', system.released, window.seconds + window.settle_seconds),
    row('creations refused', 'error', system.errors?.total ?? null),
    ...Object.entries(system.errors?.by_errno ?? {}).map(([errno, count]) =>
      row(`  ${errno}`, 'error', count),
    ),
  ];
  return renderTable(['', '>total', '>per second', ''], rows, style);
}

function renderTrust({ audit, loss, notes }: Report, style: Style): string {
  const lines = [renderAudit(audit, style)];
  const lost = renderLoss(loss);
  lines.push(lost === '' ? 'loss   none' : `loss   ${style('yellow', lost)}`);
  return [...lines, ...notes.map((note) => `note   ${style('yellow', note)}`)].join('\n');
}

function renderAudit(
  { created, proc_stat, edge, completeness }: Report['audit'],
  style: Style,
): string {
  if (created === null || completeness === null) {
    return `audit  ${style('yellow', 'none: created tasks are not counted')}, /proc/stat grew by ${group(proc_stat)}`;
  }
  const percent = `${completeness.toFixed(completeness === 100 ? 0 : 3)} % complete`;
  const verdict = completeness === 100 ? percent : style('red', percent);
  return `audit  ${verdict}: ${group(created)} tasks counted, /proc/stat grew by ${group(proc_stat)} (read a moment later: up to ${group(edge)} may differ)`;
}

function renderLoss({ skipped_events, ...loss }: Report['loss']): string {
  const parts = Object.entries(loss).filter(([, count]) => count > 0);
  const skipped = Object.entries(skipped_events ?? {}).filter(([, count]) => count > 0);
  const unknown =
    skipped_events === null ? ['unknown: what the kernel skipped cannot be read'] : [];
  return [
    ...parts.map(([name, count]) => `${group(count)} ${name.replace('_', ' ')}`),
    ...skipped.map(([event, count]) => `${group(count)} ${event} events skipped by the kernel`),
    ...unknown,
  ].join(', ');
}

function rate(value: number, seconds: number): string {
  if (seconds <= 0) return '-';
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return (value / seconds).toLocaleString('en-US', digits);
}
