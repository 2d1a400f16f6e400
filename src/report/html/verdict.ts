import { TITLES, tellCalm } from '../page-verdict.ts';
import type { Report } from '../report.ts';
import { html, type Markup, NOTHING } from './markup.ts';

/** What is wrong, who does it, and what to do. */
export function renderVerdict(report: Pick<Report, 'verdict' | 'plan' | 'near_limits'>): Markup {
  const { verdict } = report;
  if (verdict.length === 0) {
    return html`<section aria-label="verdict"><div class="finding calm"><p class="sentence">${tellCalm(report)}</p></div></section>
`;
  }
  return html`<section aria-label="verdict">
${verdict.map(renderFinding)}</section>
`;
}

function renderFinding({
  finding,
  severity,
  sentence,
  evidence,
  next,
}: Report['verdict'][number]): Markup {
  return html`<div class="finding ${severity}"><h3>${TITLES[finding]} <span class="soft">(${severity})</span></h3>
<p class="sentence">${sentence}</p>
${evidence.length === 0 ? NOTHING : html`<ul>${evidence.map((line) => html`<li>${line}</li>`)}</ul>`}
${next === null ? NOTHING : html`<span class="soft">next:</span> <code class="next">${next}</code>`}</div>
`;
}
