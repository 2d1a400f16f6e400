import type { Counters } from '../counters/counters.ts';
import type { ScopesState } from '../scopes/state.ts';
import {
  beginWords,
  type ChartLine,
  chartWords,
  gapWords,
  renderObsolete,
  renderWords,
  setWords,
} from './protocol.ts';
import type { ScopeMetric } from './scope-metrics.ts';

const OF_ANY = ['dropped', 'unattributed'] as const;
const OF_CGROUPS = ['unresolved', 'root'] as const;

type Dimension = (typeof OF_ANY | typeof OF_CGROUPS)[number];

/**
 * The chart of the events on no chart of an app group or cgroup: `dropped`, because the kernel's table was full;
 * `unattributed`, because nobody knows whose they were; `unresolved`, because the cgroup was removed before we looked; `root`,
 * because the cgroup has no charts. With this chart the app groups, and the cgroups, add up to the charts of the system.
 */
export class UnattributedChart {
  readonly #line: ChartLine;
  readonly #metrics: readonly ScopeMetric[];
  readonly #dimensions: readonly Dimension[];
  #isBegun = false;

  /**
   * @param metrics - The metrics of which scopes have charts.
   * @param hasCgroups - Whether there are charts of cgroups.
   */
  constructor(metrics: readonly ScopeMetric[], updateEverySeconds: number, hasCgroups: boolean) {
    this.#metrics = metrics;
    this.#dimensions = hasCgroups ? [...OF_ANY, ...OF_CGROUPS] : OF_ANY;
    this.#line = {
      id: 'netdata.ebpf_processes_unattributed',
      title: 'Events that were counted and are on no chart of an app group or cgroup',
      units: 'events/s',
      family: 'ebpf',
      context: 'netdata.ebpf_processes_unattributed',
      chartType: 'stacked',
      priority: 140_901,
      updateEverySeconds,
      plugin: 'ebpf-processes.plugin',
      module: 'audit',
    };
  }

  /** The lines of one update. @param elapsedUs - Microseconds since the update before; `undefined` on the first. */
  render(scopes: ScopesState, elapsedUs: number | undefined): string {
    const declared = this.#isBegun ? [] : this.#declare();
    this.#isBegun = true;
    return renderWords([
      ...declared,
      beginWords(this.#line.id, elapsedUs),
      ...this.#dimensions.map((id) => setWords(id, this.#count(id, scopes))),
      ['END'],
    ]);
  }

  /** The lines of an update that Netdata shows as a gap. */
  renderGap(elapsedUs: number | undefined): string {
    return this.#isBegun ? renderWords(gapWords(this.#line.id, elapsedUs)) : '';
  }

  /** The lines that make the chart obsolete, where it is declared. */
  renderObsolete(): string {
    return this.#isBegun ? renderObsolete([this.#line]) : '';
  }

  #declare(): string[][] {
    return [
      chartWords(this.#line),
      ...this.#dimensions.map((id) => ['DIMENSION', id, id, 'incremental', '1', '1']),
    ];
  }

  #count(dimension: Dimension, scopes: ScopesState): number {
    switch (dimension) {
      case 'dropped':
      case 'unattributed':
        return this.#sum(scopes[dimension]);
      case 'unresolved':
      case 'root':
        return scopes.cgroups
          .filter(({ kind, isSettled }) => kind === dimension && isSettled)
          .reduce((sum, { counters }) => sum + this.#sum(counters), 0);
    }
  }

  #sum(counters: Counters): number {
    return this.#metrics.reduce((sum, metric) => sum + (metric.value(counters) ?? 0), 0);
  }
}
