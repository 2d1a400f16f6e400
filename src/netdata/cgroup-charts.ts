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

/** How far a cgroup's charts are. */
interface Shown {
  /** Until the update after the first one. */
  isNew: boolean;
  last: string;
  /** Netdata spreads what it is sent over two seconds, and has the second part only with the update after. */
  isStoredWhole: boolean;
}

const FIRST_PRIORITY = 45_000;

/** Cgroups that are gone are remembered until so many others are: machines make and remove containers all day. */
const MOST_GONE = 256;

/**
 * The charts of each cgroup. They are introduced with the first event, become obsolete when the cgroup is gone and its
 * last counts are published, and come back if it does.
 */
export class CgroupCharts {
  readonly #metrics: readonly ScopeMetric[];
  readonly #updateEverySeconds: number;
  readonly #shown = new Map<string, Shown>();
  /** What Netdata was last told of a cgroup that is gone, so that its charts go on from there. */
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

  /** The lines of an update after which Netdata shows a gap. Cgroups come and go with the next one. */
  renderGap(elapsedUs: number | undefined): string {
    return renderWords(this.#shownLines().flatMap((line) => gapWords(line.id, elapsedUs)));
  }

  /** Chart types of cgroups that are gone for good, told once: nothing of them is needed any more. */
  takeForgotten(): string[] {
    const forgotten = this.#forgotten;
    this.#forgotten = [];
    return forgotten;
  }

  /** The lines that take all charts there are out of Netdata's sight. */
  renderObsolete(): string {
    return renderObsolete(this.#shownLines());
  }

  #shownLines(): ChartLine[] {
    const types = [...this.#shown.keys()];
    return types.flatMap((type) => this.#metrics.map((metric) => this.#line(metric, type)));
  }

  #renderOne(cgroup: CgroupCounts, elapsedUs: number | undefined): string {
    const { chartType, counters, isLive } = cgroup;
    const state = JSON.stringify(this.#metrics.map((metric) => metric.value(counters)));
    const shown = this.#shown.get(chartType);
    if (shown === undefined) {
      const gone = this.#gone.get(chartType);
      const before = gone && JSON.stringify(this.#metrics.map((metric) => metric.value(gone)));
      if (before === state && !isLive) return '';
      this.#shown.set(chartType, { isNew: true, last: state, isStoredWhole: false });
      // The system's counters have their baseline in the first update of all, and so have those of cgroups.
      const base = elapsedUs === undefined ? counters : gone;
      return this.#metrics.map((metric) => this.#introduce(metric, cgroup, base)).join('');
    }
    const isOver = !isLive && shown.isStoredWhole && shown.last === state;
    if (isOver) {
      this.#shown.delete(chartType);
      this.#remember(chartType, counters);
      return renderObsolete(this.#metrics.map((metric) => this.#line(metric, chartType)));
    }
    shown.isStoredWhole = shown.last === state;
    shown.last = state;
    const isNew = shown.isNew;
    shown.isNew = false;
    const update = this.#metrics.flatMap((metric) => {
      const line = this.#line(metric, chartType);
      return [
        ...(isNew ? syncWords(line) : []),
        beginWords(line.id, elapsedUs),
        setWords(metric.dimension, metric.value(counters) ?? 0),
        ['END'],
      ];
    });
    return renderWords(update);
  }

  /** A chart, its baseline, and what has happened since. */
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
