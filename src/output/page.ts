import Table from 'cli-table3';
import type { Report } from './report.ts';

/** How a piece of text is to stand out; the caller knows whether the terminal can. */
export type Style = (format: 'bold' | 'dim' | 'yellow' | 'red', text: string) => string;

/** The report as one page for a person. */
export function renderPage(report: Report, style: Style): string {
  return [
    renderHead(report, style),
    renderCounters(report, style),
    renderTrust(report, style),
    renderPlan(report.plan, style),
  ]
    .filter((part) => part !== '')
    .map((part) => `${part}\n`)
    .join('\n');
}

/** The plan as a table: hook, attachment, quality, and why. */
export function renderPlan(plan: Report['plan'], style: Style): string {
  const table = openTable(['plan', '', '', ''], style);
  for (const { hook, attachment, quality, reason, refused } of plan.hooks) {
    const word = quality === 'exact' ? quality : style('yellow', quality);
    table.push([hook, attachment ?? '-', word, reason]);
    if (attachment === null) continue;
    for (const refusal of refused) {
      table.push(['', '', style('dim', 'refused'), `${refusal.probe}: ${refusal.reason}`]);
    }
  }
  return [toText(table), ...plan.notes.map((note) => `note: ${note}`)].join('\n');
}

function renderHead({ window, host, command }: Report, style: Style): string {
  const watched = `${window.seconds.toFixed(1)} s from ${window.start}${window.interrupted ? ', interrupted' : ''}`;
  const machine = `Linux ${host.kernel}, ${host.cpus} CPUs, bpftrace ${host.bpftrace}`;
  const lines = [style('bold', `The whole machine, ${watched}`), machine];
  if (command !== undefined) {
    const words = command.argv.map(printable).join(' ');
    lines.push(
      `meanwhile: ${words} (exit code ${command.exit_code}, ${command.seconds.toFixed(2)} s)`,
    );
  }
  return lines.join('\n');
}

function renderCounters({ system, window, plan }: Report, style: Style): string {
  const table = openTable(['', 'total', 'per second', ''], style);
  const row = (name: string, hook: string, value: number | null, seconds = window.seconds) => {
    const planned = plan.hooks.find((candidate) => candidate.hook === hook);
    const remark = planned === undefined || planned.quality === 'exact' ? '' : planned.quality;
    const cells = value === null ? ['-', '-'] : [group(value), rate(value, seconds)];
    table.push([name, ...cells, style('yellow', remark)]);
  };
  row('processes created', 'create', system.process_created);
  row('threads created', 'create', system.thread_created);
  row('execs', 'exec', system.exec);
  row('processes exited', 'exit', system.process_exited);
  row('threads exited', 'exit', system.thread_exited);
  row('tasks released', 'release', system.released, window.seconds + window.settle_seconds);
  row('creations refused', 'error', system.errors?.total ?? null);
  for (const [errno, count] of Object.entries(system.errors?.by_errno ?? {})) {
    row(`  ${errno}`, 'error', count);
  }
  return toText(table);
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
    ...skipped.map(([hook, count]) => `${group(count)} ${hook} events skipped by the kernel`),
    ...unknown,
  ].join(', ');
}

const GAP = '  ';

function openTable(head: string[], style: Style): Table.Table {
  return new Table({
    head: head.map((cell) => (cell === '' ? '' : style('bold', cell))),
    colAligns: head.includes('total') ? ['left', 'right', 'right', 'left'] : [],
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: GAP,
    },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
}

function toText(table: Table.Table): string {
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function group(value: number): string {
  return value.toLocaleString('en-US');
}

function rate(value: number, seconds: number): string {
  return seconds > 0
    ? (value / seconds).toLocaleString('en-US', {
        maximumFractionDigits: 1,
        minimumFractionDigits: 1,
      })
    : '-';
}

/** A word of somebody else's, with nothing in it that a terminal would obey. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
