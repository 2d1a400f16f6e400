import { groupDigits } from '../page-table.ts';
import type { Report } from '../report.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { renderTable } from './table.ts';

/** How long the processes had lived that exited: a bar for each class of ages. */
export function renderLifetimes(lifetimes: Report['diagnosis']['lifetimes']): Markup {
  const all = (lifetimes ?? []).reduce((sum, { processes }) => sum + processes, 0);
  if (lifetimes === null || all === 0) return NOTHING;
  const most = Math.max(...lifetimes.map(({ processes }) => processes));
  const rows = lifetimes.map(({ under_seconds, processes }, i) => ({
    age: nameAge(lifetimes[i - 1]?.under_seconds ?? null, under_seconds),
    processes,
  }));
  return renderTable(
    'How long processes lived',
    `${groupDigits(all)} processes that exited, by their age`,
    [
      { title: 'age', cell: ({ age }) => age },
      { title: '', kind: 'bar', cell: ({ processes }) => drawBar(processes / most) },
      { title: 'processes', kind: 'number', cell: ({ processes }) => processes },
      {
        title: 'share',
        kind: 'number',
        cell: ({ processes }) => `${((100 * processes) / all).toFixed(1)} %`,
      },
    ],
    rows,
    rows.length,
  );
}

function nameAge(least: number | null, under: number | null): string {
  if (under === null) return least === null ? 'any' : `${nameTime(least)} and more`;
  return least === null ? `under ${nameTime(under)}` : `${nameTime(least)} to ${nameTime(under)}`;
}

function nameTime(seconds: number): string {
  return seconds < 1 ? `${seconds * 1000} ms` : `${seconds} s`;
}

/** The number stands beside it. */
function drawBar(share: number): Markup {
  const percent = Number((100 * share).toFixed(2));
  return html`<svg height="12" aria-hidden="true"><rect class="bar" width="${percent}%" height="12" rx="2"/></svg>`;
}
