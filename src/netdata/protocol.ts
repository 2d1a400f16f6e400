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
 * @param options - `obsolete` takes the chart out of Netdata's sight.
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

export function setWords(dimension: string, value: number): string[] {
  return ['SET', dimension, '=', String(value)];
}

/** Lines of words; every word reaches Netdata as the one word that it is. */
export function renderWords(lines: readonly (readonly string[])[]): string {
  return lines.map((words) => `${words.map(quote).join(' ')}\n`).join('');
}

/**
 * The lines that take charts out of Netdata's sight; what they showed is kept. Each says everything of its chart once
 * more, because Netdata takes what a CHART line leaves out for changed. A chart that is introduced again goes on.
 */
export function renderObsolete(charts: readonly ChartLine[]): string {
  return renderWords(charts.map((chart) => chartWords(chart, 'obsolete')));
}

/** What the CHART line of one of the charts of the whole system says. */
export function toChartLine(chart: Chart, updateEverySeconds: number): ChartLine {
  return { ...chart, chartType: 'line', updateEverySeconds };
}

/** The lines that introduce charts to Netdata. */
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

/** Words of an update in which no dimension is set: Netdata stores a gap until now. */
export function gapWords(id: string, elapsedUs: number | undefined): string[][] {
  return [beginWords(id, elapsedUs), ['END']];
}

/**
 * Words that add to the update just sent of the same chart: `sets` is all that they change.
 *
 * The first value of a dimension is its baseline: Netdata draws what comes after it. A dimension that appears with its first
 * events gets the baseline in the update, and the events in this one, so that no event is late in what is sent. Netdata draws
 * them with the next update: it stores a value for each whole second, and this one is in the same second as the baseline.
 *
 * One microsecond has passed: 0 would mean that the time is not known. The values in one update, baseline first, would do for
 * an agent that has not seen the dimension; one that knows it from a plugin before this one would take the lower value for a
 * counter that began again, and leave the events out.
 *
 * @see netdata/netdata database/rrdset.c (1.37; src/database/rrdset-collection.c in 2.x), rrdset_timed_done()
 */
export function momentWords(id: string, sets: readonly string[][]): string[][] {
  return [beginWords(id, 1), ...sets, ['END']];
}

/**
 * Words before the second update of a chart that began with `momentWords`.
 *
 * Netdata takes the first update of a chart for one in the middle of its second, and sets the chart's clock right with the
 * next one it gets. That one came at once, when it still seemed to be in the future. With a CHART line the clock is set again.
 */
export function syncWords(chart: ChartLine): string[][] {
  return [chartWords(chart)];
}

/** What the charts of the whole system are told in one update. */
export interface SystemUpdate {
  /** `null` where an interval is a gap, so that counters are not set. */
  readonly counters: Counters | null;
  /** `undefined` in the first update, before which there is none. */
  readonly interval: Interval | undefined;
  /** Microseconds since the update before; `undefined` in the first. */
  readonly elapsedUs: number | undefined;
}

/**
 * The lines of one update. The first one gives counters their baseline, and leaves out the charts of intervals. From then on
 * each chart is in each update: a value that is absent is a gap, while a chart that is not there would be interpolated.
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
 * One word of a line, quoted where Netdata's tokeniser needs it. There is no way to escape a quote, so a word that holds
 * both kinds loses the double ones; a backslash would make the closing quote part of the word.
 */
function quote(text: string): string {
  if (/^[\w.:/%@+-]+$/.test(text) || text === '=') return text;
  const line = text.replace(/\p{Cc}/gu, ' ').replaceAll('\\', '/');
  return line.includes("'") ? `"${line.replaceAll('"', '_')}"` : `'${line}'`;
}
