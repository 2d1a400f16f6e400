import type { Counters } from '../counters/counters.ts';
import { toText } from '../report/byte-text.ts';
import {
  beginWords,
  type ChartLine,
  chartWords,
  gapWords,
  momentWords,
  renderObsolete,
  renderWords,
  setWords,
  syncWords,
} from './protocol.ts';
import type { ScopeMetric } from './scope-metrics.ts';

/** A cgroup that has counts. */
export interface CgroupCounts {
  /** The type of its charts, as of Netdata's own charts of it. */
  readonly chartType: string;
  /** Byte string. */
  readonly name: string;
  readonly isLive: boolean;
  readonly counters: Counters;
}

/** What was last sent of a cgroup whose charts Netdata shows. */
interface Shown {
  /** Its charts have had one update. */
  isNew: boolean;
  /** The values of the last update. */
  last: string;
  /** Two updates in a row had these values: Netdata spreads a value over two seconds, and stores the rest with the next one. */
  isStoredWhole: boolean;
}

const FIRST_PRIORITY = 45_000;

/** Removed cgroups that are remembered: machines make and remove containers all day. */
const MOST_GONE = 256;

/**
 * The charts of each cgroup. They are declared with its first event, become obsolete when the cgroup is removed and its last
 * counts are stored, and are declared again if it comes back.
 */
export class CgroupCharts {
  readonly #metrics: readonly ScopeMetric[];
  readonly #updateEverySeconds: number;
  readonly #shown = new Map<string, Shown>();
  /** The counters that Netdata was sent last for a removed cgroup: its charts go on from there if it comes back. */
  readonly #gone = new Map<string, Counters>();
  #forgotten: string[] = [];

  constructor(metrics: readonly ScopeMetric[], updateEverySeconds: number) {
    this.#metrics = metrics;
    this.#updateEverySeconds = updateEverySeconds;
  }

  /** The lines of one update. @param elapsedUs - Microseconds since the update before. */
  render(cgroups: readonly CgroupCounts[], elapsedUs: number | undefined): string {
    return cgroups.map((cgroup) => this.#renderOne(cgroup, elapsedUs)).join('');
  }

  /** The lines of an update that Netdata shows as a gap. New and removed cgroups wait for the next update. */
  renderGap(elapsedUs: number | undefined): string {
    return renderWords(this.#shownLines().flatMap((line) => gapWords(line.id, elapsedUs)));
  }

  /** Chart types that were forgotten since the last call: nothing of these cgroups is needed any more. */
  takeForgotten(): string[] {
    const forgotten = this.#forgotten;
    this.#forgotten = [];
    return forgotten;
  }

  /** The lines that make all charts obsolete. */
  renderObsolete(): string {
    return renderObsolete(this.#shownLines());
  }

  #shownLines(): ChartLine[] {
    const types = [...this.#shown.keys()];
    return types.flatMap((type) => this.#metrics.map((metric) => this.#line(metric, type)));
  }

  #renderOne(cgroup: CgroupCounts, elapsedUs: number | undefined): string {
    const values = this.#valuesOf(cgroup.counters);
    const shown = this.#shown.get(cgroup.chartType);
    if (shown === undefined) return this.#begin(cgroup, values, elapsedUs);
    const isOver = !cgroup.isLive && shown.isStoredWhole && shown.last === values;
    return isOver ? this.#end(cgroup) : this.#update(cgroup, shown, values, elapsedUs);
  }

  /** The values of all charts as one text, to be compared. */
  #valuesOf(counters: Counters): string {
    return JSON.stringify(this.#metrics.map((metric) => metric.value(counters)));
  }

  /** Nothing for a removed cgroup that has had no event since its charts became obsolete. */
  #begin(cgroup: CgroupCounts, values: string, elapsedUs: number | undefined): string {
    const { chartType, counters, isLive } = cgroup;
    const gone = this.#gone.get(chartType);
    if (gone !== undefined && !isLive && this.#valuesOf(gone) === values) return '';
    this.#shown.set(chartType, { isNew: true, last: values, isStoredWhole: false });
    // In the plugin's first update all counters get a baseline, and nothing before it is drawn.
    const base = elapsedUs === undefined ? counters : gone;
    return this.#metrics.map((metric) => this.#introduce(metric, cgroup, base)).join('');
  }

  #update(
    { chartType, counters }: CgroupCounts,
    shown: Shown,
    values: string,
    elapsedUs: number | undefined,
  ): string {
    const { isNew } = shown;
    shown.isStoredWhole = shown.last === values;
    shown.last = values;
    shown.isNew = false;
    const lines = this.#metrics.flatMap((metric) => {
      const line = this.#line(metric, chartType);
      return [
        ...(isNew ? syncWords(line) : []),
        beginWords(line.id, elapsedUs),
        setWords(metric.dimension, metric.value(counters) ?? 0),
        ['END'],
      ];
    });
    return renderWords(lines);
  }

  #end({ chartType, counters }: CgroupCounts): string {
    this.#shown.delete(chartType);
    this.#remember(chartType, counters);
    return renderObsolete(this.#metrics.map((metric) => this.#line(metric, chartType)));
  }

  /** The lines that declare a chart, set its baseline, and add what has happened since. */
  #introduce(metric: ScopeMetric, cgroup: CgroupCounts, base: Counters | undefined): string {
    const { id } = this.#line(metric, cgroup.chartType);
    const first = (base && metric.value(base)) ?? 0;
    const value = metric.value(cgroup.counters) ?? 0;
    const since = value === first ? [] : momentWords(id, [setWords(metric.dimension, value)]);
    return renderWords([
      ...this.#declare(metric, cgroup),
      beginWords(id, undefined),
      setWords(metric.dimension, first),
      ['END'],
      ...since,
    ]);
  }

  #remember(chartType: string, counters: Counters): void {
    this.#gone.delete(chartType);
    this.#gone.set(chartType, counters);
    const [oldest] = this.#gone.keys();
    if (this.#gone.size <= MOST_GONE || oldest === undefined) return;
    this.#gone.delete(oldest);
    this.#forgotten.push(oldest);
  }

  #declare(metric: ScopeMetric, { chartType, name }: CgroupCounts): string[][] {
    return [
      chartWords(this.#line(metric, chartType)),
      ['CLABEL', 'cgroup_name', toText(name), '1'],
      ['CLABEL_COMMIT'],
      ['DIMENSION', metric.dimension, metric.dimension, 'incremental', '1', '1'],
    ];
  }

  #line(metric: ScopeMetric, chartType: string): ChartLine {
    return {
      id: `${chartType}.${metric.id}`,
      title: metric.title,
      units: 'calls/s',
      family: 'processes (eBPF)',
      context: `cgroup.${metric.id}`,
      chartType: 'line',
      priority: FIRST_PRIORITY + metric.priority,
      updateEverySeconds: this.#updateEverySeconds,
      plugin: 'ebpf.plugin',
      module: 'process',
    };
  }
}
