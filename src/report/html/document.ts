import { createHash } from 'node:crypto';
import type { Timeline } from '../../diagnosis/timeline.ts';
import { quoteCommand } from '../command-line.ts';
import { describeNarrowed, describeNothing } from '../narrowed-words.ts';
import { namePlace } from '../place-name.ts';
import type { Report } from '../report.ts';
import { renderCounters } from './counters.ts';
import { renderDiagnosis } from './diagnosis.ts';
import { renderFailedForks } from './failed-forks.ts';
import { renderLifetimes } from './lifetimes.ts';
import { html, Markup, NOTHING } from './markup.ts';
import { STYLE } from './style.ts';
import { renderTimeline } from './timeline.ts';
import { renderTrust } from './trust.ts';
import { renderVerdict } from './verdict.ts';
import { renderWho } from './who.ts';

/** There is room to scroll. */
const LEAST_ROWS = 15;

/** The look of the page is all that a browser may apply; it may load and execute nothing. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/**
 * The report as one HTML file that needs nothing else: no network, no script, no font.
 *
 * @param timeline - Of the same window; `null` where there is none.
 * @param top - Rows of each table, 15 at least.
 */
export function renderHtml(report: Report, timeline: Timeline | null, top = LEAST_ROWS): string {
  const rows = Math.max(top, LEAST_ROWS);
  const title = `Processes and threads, ${report.window.seconds.toFixed(1)}\u00a0s`;
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}, ${report.window.start}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${renderHead(report, title)}<main>
${renderVerdict(report)}${renderTimeline(timeline, (cgroup) => namePlace(report, cgroup))}${renderFailedForks(report.failed_forks, rows)}${renderDiagnosis(report, rows)}${renderLifetimes(report.diagnosis.lifetimes)}${renderWho(report, rows)}${renderCounters(report)}${renderTrust(report)}</main>
<footer><p>Made by ebpf-processes. Times are of the kernel’s clock; ${report.window.start} is ${report.window.start_uptime.toFixed(3)} s after boot.</p></footer>
</body>
</html>
`;
  return page.text;
}

function renderHead(report: Report, title: string): Markup {
  const { window, host, command } = report;
  const nothing = describeNothing(report);
  const narrowed = nothing === undefined ? describeNarrowed(report) : [nothing];
  return html`<header>
<h1>${title}</h1>
<p class="soft">from <time datetime="${window.start}">${window.start.replace('T', ' ').replace(/\.\d+Z/, ' UTC')}</time>${window.interrupted ? ', interrupted' : ''} · Linux ${host.kernel}, ${host.cpus} CPUs, bpftrace ${host.bpftrace}</p>
${command === undefined ? NOTHING : renderCommand(command)}${narrowed.map(
  (line) => html`<p>${line}</p>
`,
)}</header>
`;
}

function renderCommand(command: NonNullable<Report['command']>): Markup {
  const { argv, user, running, exit_code, signal, seconds } = command;
  const end = running
    ? 'still running'
    : `${signal === null ? '' : `killed by ${signal.name}, `}exit code ${exit_code}`;
  return html`<p>while <code>${quoteCommand(argv, 500)}</code>${user === null ? '' : ` ran as ${user}`}: ${end}, ${seconds.toFixed(2)} s</p>
`;
}
