import type { Counters } from '../counters/counters.ts';
import type { Chart, Dimension, Interval } from './charts.ts';

/** What a CHART line says. */
export interface ChartLine {
  /** `type.id`. */
  readonly id: string;
  readonly title: string;
  readonly units: string;
  readonly family: string;
  readonly context: string;
  readonly chartType: 'line' | 'stacked';
  readonly priority: number;
  readonly updateEverySeconds: number;
  readonly plugin: string;
  readonly module: string;
}

/**
 * @param options - `obsolete`: Netdata shows the chart no more, and keeps what is stored.
 * @see netdata/netdata collectors/plugins.d/README.md for the order of the words
 */
export function chartWords(chart: ChartLine, options: '' | 'obsolete' = ''): string[] {
  return [
    'CHART',
    chart.id,
    '',
    chart.title,
    chart.units,
    chart.family,
    chart.context,
    chart.chartType,
    String(chart.priority),
    String(chart.updateEverySeconds),
    options,
    chart.plugin,
    chart.module,
  ];
}

/** @param elapsedUs - Microseconds since the chart's update before; `undefined` on its first. */
export function beginWords(id: string, elapsedUs: number | undefined): string[] {
  return elapsedUs === undefined ? ['BEGIN', id] : ['BEGIN', id, String(elapsedUs)];
}

/**
 * Microseconds from one dump to the next: we may be late, and the counts are from when the dumps were cut. 0 would mean that the
 * time is not known, and Netdata knows no time before the last.
 */
export function elapsedUs(openNs: number, closeNs: number): number {
  return Math.max(1, Math.round((closeNs - openNs) / 1_000));
}

export function setWords(dimension: string, value: number): string[] {
  return ['SET', dimension, '=', String(value)];
}

/** Lines of words, quoted so that Netdata reads the same words. */
export function renderWords(lines: readonly (readonly string[])[]): string {
  return lines.map((words) => `${words.map(quoteIn).join(' ')}\n`).join('');
}

/** The equals sign of a SET line is no word but what separates two; elsewhere it is a name. */
function quoteIn(word: string, at: number, [verb]: readonly string[]): string {
  return verb === 'SET' && at === 2 ? word : quote(word);
}

/**
 * The lines that make charts obsolete. Each repeats everything of its chart, because Netdata takes what a CHART line leaves out
 * for changed. A chart that is declared again goes on.
 */
export function renderObsolete(charts: readonly ChartLine[]): string {
  return renderWords(charts.map((chart) => chartWords(chart, 'obsolete')));
}

/** The CHART line of a chart of the whole system. */
export function toChartLine(chart: Chart, updateEverySeconds: number): ChartLine {
  return { ...chart, chartType: 'line', updateEverySeconds };
}

/** The lines that declare charts. */
export function renderChartDefinitions(
  charts: readonly Chart[],
  updateEverySeconds: number,
): string {
  return renderWords(
    charts.flatMap((chart) => [
      chartWords(toChartLine(chart, updateEverySeconds)),
      ...chart.dimensions.map((dimension) => [
        'DIMENSION',
        dimension.id,
        dimension.id,
        dimension.algorithm,
        '1',
        String(dimension.divisor),
      ]),
    ]),
  );
}

/** An update in which no dimension is set: Netdata stores a gap until now. */
export function gapWords(id: string, elapsedUs: number | undefined): string[][] {
  return [beginWords(id, elapsedUs), ['END']];
}

/**
 * A second update of a chart, just after its first: it sets the first events of new dimensions.
 *
 * The first value of a dimension is its baseline, and Netdata draws what comes after it. So a new dimension gets the baseline
 * in the update, and its first events in this one. Netdata draws them with the next update, because it stores one value for
 * each second, and both are in the same second.
 *
 * The time since the update is 1 µs, because 0 would mean that it is not known. Both values in one update would not do: an
 * agent that knows the dimension from an earlier run of the plugin would take the baseline for a counter that was reset, and
 * leave the events out.
 *
 * @see netdata/netdata database/rrdset.c (1.37; src/database/rrdset-collection.c in 2.x), rrdset_timed_done()
 */
export function momentWords(id: string, sets: readonly string[][]): string[][] {
  return [beginWords(id, 1), ...sets, ['END']];
}

/**
 * Words before the update after `momentWords`.
 *
 * Netdata aligns the clock of a new chart to whole seconds with the second update that it gets. `momentWords` came as second,
 * too early for that. A CHART line makes Netdata align the clock again.
 */
export function syncWords(chart: ChartLine): string[][] {
  return [chartWords(chart)];
}

/** What one update says of the charts of the whole system. */
export interface SystemUpdate {
  /** `null` where the interval is a gap: counters are not set. */
  readonly counters: Counters | null;
  /** `undefined` in the first update, before which there is none. */
  readonly interval: Interval | undefined;
  /** Microseconds since the update before; `undefined` in the first. */
  readonly elapsedUs: number | undefined;
}

/**
 * The lines of one update. The first one sets the baselines of counters, and leaves out charts of intervals. Later ones have
 * every chart: Netdata stores a dimension that is not set as a gap, and interpolates a chart that is left out.
 */
export function renderUpdate(charts: readonly Chart[], update: SystemUpdate): string {
  return charts.map((chart) => renderChart(chart, update)).join('');
}

function renderChart(chart: Chart, update: SystemUpdate): string {
  const sets = chart.dimensions.flatMap((dimension) => {
    const value = readValue(dimension, update);
    return value === null ? [] : [setWords(dimension.id, value)];
  });
  if (sets.length === 0 && update.interval === undefined) return '';
  return renderWords([beginWords(chart.id, update.elapsedUs), ...sets, ['END']]);
}

function readValue(dimension: Dimension, { counters, interval }: SystemUpdate): number | null {
  if (dimension.algorithm === 'incremental') return counters && dimension.count(counters);
  return interval === undefined ? null : dimension.value(interval);
}

/**
 * One word of a line, quoted where Netdata's tokeniser needs it. A quote cannot be escaped: a word that holds both kinds loses
 * its double quotes. A backslash becomes a slash, because it would make a closing quote part of the word.
 */
function quote(text: string): string {
  if (/^[\w.:/%@+-]+$/.test(text)) return text;
  const line = text.replace(/\p{Cc}/gu, ' ').replaceAll('\\', '/');
  return line.includes("'") ? `"${line.replaceAll('"', '_')}"` : `'${line}'`;
}
