import {
  METRICS,
  type Metric,
  type ProgramTimeline,
  type Timeline,
} from '../../diagnosis/timeline.ts';
import { toText } from '../byte-text.ts';
import { groupDigits } from '../page-table.ts';
import type { NamePlace } from '../place-name.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { shortNumber, shortTime } from './scale.ts';
import { renderStackedChart } from './stacked-chart.ts';

/** There are no more colours. */
const MOST_LAYERS = 7;

const TITLES: Readonly<Record<Metric, readonly [title: string, by: string]>> = {
  created: ['Processes and threads created', 'who created them'],
  execs: ['Programs executed', 'the program that was executed'],
  failed: ['Failed forks', 'whose fork failed'],
};

interface Layer {
  readonly name: string;
  readonly cgroup: string | null;
  readonly className: string;
  readonly counts: readonly number[];
  readonly total: number;
}

/** What happened when, one chart for each thing that happened at all. */
export function renderTimeline(timeline: Timeline | null, place: NamePlace): Markup {
  if (timeline === null || timeline.edgesNs.length < 2) return NOTHING;
  const charts = METRICS.map((metric) => renderMetric(timeline, metric, place));
  if (charts.every((chart) => chart === NOTHING)) return NOTHING;
  const notes = [
    ...(timeline.gaps.length > 0
      ? ['bpftrace was started again where the chart is grey: not all was counted then']
      : []),
    ...(timeline.isFolded
      ? [
          'there were very many names: of those that became busy late, what they did before stands with all others',
        ]
      : []),
  ];
  return html`<section>
<h2>When, and who</h2>
${charts}${notes.map((note) => html`<p class="soft">${note}</p>`)}
</section>
`;
}

function renderMetric(
  { edgesNs, gaps, programs }: Timeline,
  metric: Metric,
  place: NamePlace,
): Markup {
  const layers = listLayers(programs, metric, place);
  const all = layers.reduce((sum, { total }) => sum + total, 0);
  if (all === 0) return NOTHING;
  const begin = edgesNs[0] ?? 0;
  const edges = edgesNs.map((edge) => (edge - begin) / 1e9);
  const rates = layers.map(({ name, className, counts }) => ({
    name,
    className,
    values: counts.map((count, i) => count / ((edges[i + 1] ?? 0) - (edges[i] ?? 0))),
  }));
  const [title, by] = TITLES[metric];
  return html`<figure>
<figcaption>${title} <span class="soft">per second, by ${by}</span></figcaption>
${renderStackedChart({ label: describe(title, edges, rates, layers, all), edges, layers: rates, gaps })}
<div class="scroll" role="region" aria-label="${title}, by ${by}" tabindex="0"><table>
<thead><tr><th scope="col">program</th><th scope="col">cgroup</th><th scope="col" class="number">total</th><th scope="col" class="number">share</th></tr></thead>
<tbody>
${layers.map(
  ({
    name,
    cgroup,
    className,
    total,
  }) => html`<tr><th scope="row">${swatch(className)}${name}</th><td class="name">${cgroup ?? ''}</td><td class="number">${groupDigits(total)}</td><td class="number">${percent(total, all)}</td></tr>
`,
)}</tbody>
</table></div>
</figure>
`;
}

/** Those that did most, each in its colour, and all others. */
function listLayers(
  programs: readonly ProgramTimeline[],
  metric: Metric,
  place: NamePlace,
): Layer[] {
  const sorted = programs
    .map((program) => ({ ...program, counts: program[metric], total: sum(program[metric]) }))
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.total - a.total);
  const named = sorted.filter(({ comm }) => comm !== null).slice(0, MOST_LAYERS);
  const rest = sorted.filter((program) => !named.includes(program));
  return [
    ...named.map(({ comm, cgroup, counts, total }, i) => ({
      name: toText(comm ?? ''),
      cgroup: place(cgroup === null ? null : toText(cgroup)),
      className: `series${i}`,
      counts,
      total,
    })),
    ...(rest.length === 0
      ? []
      : [
          {
            name: 'all others',
            cgroup: null,
            className: 'rest',
            counts: addUp(rest.map(({ counts }) => counts)),
            total: rest.reduce((all, { total }) => all + total, 0),
          },
        ]),
  ];
}

/** The chart in one sentence. */
function describe(
  title: string,
  edges: readonly number[],
  rates: readonly { readonly values: readonly number[] }[],
  layers: readonly Layer[],
  all: number,
): string {
  const sums = addUp(rates.map(({ values }) => values));
  const highest = Math.max(...sums);
  const end = edges.at(-1) ?? 0;
  const [top] = layers;
  const most = top === undefined ? '' : `, ${percent(top.total, all)} of them by ${top.name}`;
  return `${title} over ${shortTime(end, end)}: ${groupDigits(all)} in all${most}; at most ${shortNumber(highest)} a second, ${shortTime(edges[sums.indexOf(highest)] ?? 0, end)} after the begin`;
}

function swatch(className: string): Markup {
  return html`<svg class="swatch" viewBox="0 0 1 1" aria-hidden="true"><rect class="${className}" width="1" height="1"/></svg>`;
}

function addUp(all: readonly (readonly number[])[]): number[] {
  const [first = []] = all;
  return first.map((_, i) => all.reduce((sum, counts) => sum + (counts[i] ?? 0), 0));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}

function percent(part: number, all: number): string {
  return `${((part / all) * 100).toFixed(part === all ? 0 : 1)} %`;
}
