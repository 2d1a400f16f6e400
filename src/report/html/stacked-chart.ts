import { html, type Markup } from './markup.ts';
import { listTicks, roundUp, shortNumber, shortTime } from './scale.ts';

/** Numbers over time, one on top of the other. */
export interface StackedChart {
  /** What it shows, for those who do not see it. */
  readonly label: string;
  /** The ends of the intervals, in seconds after the begin; the first one is 0. */
  readonly edges: readonly number[];
  /** The undermost first: a number for each interval. */
  readonly layers: readonly {
    readonly name: string;
    readonly className: string;
    readonly values: readonly number[];
  }[];
  /** Intervals that say less than happened. */
  readonly gaps: readonly number[];
}

/** More strips than these, each with its text, nobody could point at. */
const MOST_STRIPS = 120;

/** The upper end of a chart: half of it is a short number too, and not much is left empty. */
const HIGHEST = [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10];

/** In pixels: the plot stands between. */
const TOP = 18;
const HEIGHT = 150;
const BOTTOM = 22;

/**
 * Draw it as an inline SVG. It has no fixed width: what is drawn is stretched, and what is written stands at a percentage, so
 * that letters are as large on a phone.
 */
export function renderStackedChart({ label, edges, layers, gaps }: StackedChart): Markup {
  const sums = edges.slice(1).map((_, i) => sumAt(layers, i));
  const highest = roundUp(Math.max(...sums, 1e-9), HIGHEST);
  const end = edges.at(-1) ?? 0;
  const place = (seconds: number) => round((100 * seconds) / end);
  return html`<svg role="img" aria-label="${label}" height="${TOP + HEIGHT + BOTTOM}">
<svg y="${TOP}" height="${HEIGHT}" viewBox="0 0 100 100" preserveAspectRatio="none">
${drawLayers(edges.map(place), layers, highest)}${gaps.map(
  (gap) =>
    html`<rect class="gap" x="${place(edges[gap] ?? 0)}" y="0" width="${place((edges[gap + 1] ?? 0) - (edges[gap] ?? 0))}" height="100"/>`,
)}</svg>
${[1, 0.5, 0].map((share) => drawLine(TOP + (1 - share) * HEIGHT, share * highest))}
${listTicks(end, 6).map((seconds) => drawTick(place(seconds), shortTime(seconds, end)))}
<svg y="${TOP}" height="${HEIGHT}" viewBox="0 0 100 100" preserveAspectRatio="none">
${listStrips(edges, layers, gaps).map(
  ({ from, to, text }) =>
    html`<rect class="hover" x="${place(from)}" y="0" width="${place(to - from)}" height="100"><title>${text}</title></rect>\n`,
)}</svg>
</svg>`;
}

function drawLine(y: number, value: number): Markup {
  return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="halo" x="2" y="${y - 4}">${value === 0 ? '' : shortNumber(value)}</text>`;
}

function drawTick(percent: number, text: string): Markup {
  const anchor = percent < 4 ? 'start' : percent > 94 ? 'end' : 'middle';
  return html`<text x="${percent}%" y="${TOP + HEIGHT + 16}" text-anchor="${anchor}">${text}</text>`;
}

/** Steps, because a count is of its whole interval. */
function drawLayers(
  places: readonly number[],
  layers: StackedChart['layers'],
  highest: number,
): Markup[] {
  const y = (value: number) => round(100 - (100 * value) / highest);
  let below = places.slice(1).map(() => 0);
  return layers.map(({ className, values }) => {
    const above = below.map((value, i) => value + (values[i] ?? 0));
    const there = above.map((value, i) => `V${y(value)}H${places[i + 1]}`).join('');
    const back = below
      .map((value, i) => `V${y(value)}H${places[i]}`)
      .reverse()
      .join('');
    const path = html`<path class="${className}" d="M0 100${there}${back}Z"/>\n`;
    below = above;
    return path;
  });
}

interface Strip {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What is said where somebody points: some intervals together where they are many. */
function listStrips(
  edges: readonly number[],
  layers: StackedChart['layers'],
  gaps: readonly number[],
): Strip[] {
  const intervals = edges.length - 1;
  const step = Math.ceil(intervals / MOST_STRIPS);
  const end = edges.at(-1) ?? 0;
  return Array.from({ length: Math.ceil(intervals / step) }, (_, strip) => {
    const first = strip * step;
    const last = Math.min(first + step, intervals);
    const [from, to] = [edges[first] ?? 0, edges[last] ?? 0];
    const rates = layers
      .map(({ name, values }) => ({ name, rate: average(values, edges, first, last) }))
      .filter(({ rate }) => rate > 0)
      .sort((a, b) => b.rate - a.rate);
    const all = rates.reduce((sum, { rate }) => sum + rate, 0);
    const text = [
      `${shortTime(from, end)} to ${shortTime(to, end)}: ${shortNumber(all)} a second`,
      ...rates.slice(0, 4).map(({ name, rate }) => `${name} ${shortNumber(rate)}`),
      ...(gaps.some((gap) => gap >= first && gap < last) ? ['not all was counted'] : []),
    ].join(', ');
    return { from, to, text };
  });
}

function average(
  values: readonly number[],
  edges: readonly number[],
  first: number,
  last: number,
): number {
  let sum = 0;
  for (let i = first; i < last; i += 1)
    sum += (values[i] ?? 0) * ((edges[i + 1] ?? 0) - (edges[i] ?? 0));
  return sum / ((edges[last] ?? 0) - (edges[first] ?? 0));
}

function sumAt(layers: StackedChart['layers'], interval: number): number {
  return layers.reduce((sum, { values }) => sum + (values[interval] ?? 0), 0);
}

/** To what a screen can show. */
function round(value: number): number {
  return Number(value.toFixed(3));
}
