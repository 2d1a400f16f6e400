import { isBalanced } from '../../counters/balance.ts';
import { listLosses, MISSED_UNKNOWN } from '../losses.ts';
import { groupDigits } from '../page-table.ts';
import type { Report } from '../report.ts';
import { html, type Markup } from './markup.ts';
import { renderTable } from './table.ts';

/** Whether that is all: what is not exact, what may be missing, and how it was counted. */
export function renderTrust(report: Report): Markup {
  return html`<section>
<h2>How far to trust it</h2>
<ul>${listTrust(report).map((line) => html`<li>${line}</li>`)}</ul>
<details><summary>How each event was counted</summary>
${renderTable(
  'The plan',
  '',
  [
    { title: 'event', cell: ({ event }) => event },
    { title: 'by', kind: 'name', cell: ({ attach_points }) => attach_points.join(', ') || '-' },
    { title: 'worth', kind: 'name', cell: ({ quality }) => quality },
    { title: 'why', kind: 'name', cell: ({ reason }) => reason },
  ],
  report.plan.events,
  report.plan.events.length,
)}</details>
</section>
`;
}

function listTrust({ plan, audit, balance, loss, notes, diagnosis }: Report): string[] {
  const losses = listLosses(loss);
  const isWhole =
    (audit.completeness ?? 100) === 100 &&
    losses.length === 0 &&
    loss.missed !== null &&
    isBalanced(balance) !== false;
  return [
    ...(isWhole ? ['nothing that is counted is missing, as far as the kernel tells'] : []),
    describeAudit(audit),
    ...(losses.length === 0 ? [] : [`may be missing: ${losses.join(', ')}`]),
    ...(loss.missed === null ? [MISSED_UNKNOWN] : []),
    ...(diagnosis.reason === null ? [] : [diagnosis.reason]),
    ...plan.warnings,
    ...plan.notes,
    ...notes,
  ];
}

function describeAudit({ created, completeness, ...forks }: Report['audit']): string {
  const { forks_at_least: low, forks_at_most: high } = forks;
  if (created === null || low === null || high === null || completeness === null) {
    return 'the created tasks could not be compared with the kernel’s own count';
  }
  const range = low === high ? groupDigits(low) : `${groupDigits(low)} to ${groupDigits(high)}`;
  return `${groupDigits(created)} created tasks were counted, the kernel created ${range}: ${completeness.toFixed(completeness === 100 ? 0 : 3)} % complete`;
}
