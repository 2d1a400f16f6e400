import type { Sample } from '../counters/samples.ts';
import type { Chart, Dimension } from './charts.ts';

/**
 * The lines that introduce charts to Netdata.
 *
 * @see netdata/netdata collectors/plugins.d/README.md
 */
export function renderChartDefinitions(
  charts: readonly Chart[],
  updateEverySeconds: number,
): string {
  return charts
    .flatMap((chart) => [
      words(
        'CHART',
        chart.id,
        '',
        chart.title,
        chart.units,
        chart.family,
        chart.context,
        'line',
        chart.priority,
        updateEverySeconds,
        '',
        chart.plugin,
        chart.module,
      ),
      ...chart.dimensions.map((dimension) =>
        words('DIMENSION', dimension.id, dimension.id, dimension.algorithm, 1, dimension.divisor),
      ),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * The lines of one round.
 *
 * @param previous - The sample of the round before. `undefined` on the first, which has no interval yet: charts of
 *   intervals are then left out, and counters get their baseline.
 * @param elapsedUs - Microseconds since the round before; `undefined` on the first.
 */
export function renderRound(
  charts: readonly Chart[],
  previous: Sample | undefined,
  sample: Sample,
  elapsedUs: number | undefined,
): string {
  return charts.map((chart) => renderChart(chart, previous, sample, elapsedUs)).join('');
}

function renderChart(
  chart: Chart,
  previous: Sample | undefined,
  sample: Sample,
  elapsedUs: number | undefined,
): string {
  const sets = chart.dimensions.flatMap((dimension) => {
    const value = readValue(dimension, previous, sample);
    return value === null ? [] : [`SET ${word(dimension.id)} = ${value}`];
  });
  if (sets.length === 0) return '';
  const begin = elapsedUs === undefined ? ['BEGIN', chart.id] : ['BEGIN', chart.id, elapsedUs];
  return `${[words(...begin), ...sets, 'END'].join('\n')}\n`;
}

function readValue(
  dimension: Dimension,
  previous: Sample | undefined,
  sample: Sample,
): number | null {
  return dimension.algorithm === 'incremental'
    ? dimension.value(sample)
    : previous === undefined
      ? null
      : dimension.value(previous, sample);
}

function words(...values: readonly (string | number)[]): string {
  return values.map((value) => (typeof value === 'number' ? String(value) : word(value))).join(' ');
}

/**
 * One word of a line, quoted where Netdata's tokeniser needs it. There is no way to escape a quote, so a word that holds
 * both kinds loses the double ones.
 */
function word(text: string): string {
  if (/^[\w.:/%-]+$/.test(text)) return text;
  const line = text.replace(/\p{Cc}/gu, ' ');
  return line.includes("'") ? `"${line.replaceAll('"', '_')}"` : `'${line}'`;
}
