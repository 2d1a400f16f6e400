import type { Counters } from '../counters/counters.ts';
import type { ScopesState } from '../scopes/state.ts';
import { CounterChart } from './counter-chart.ts';
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
  readonly #chart: CounterChart<Dimension>;
  readonly #metrics: readonly ScopeMetric[];

  /**
   * @param metrics - The metrics of which scopes have charts.
   * @param hasCgroups - Whether there are charts of cgroups.
   */
  constructor(metrics: readonly ScopeMetric[], updateEverySeconds: number, hasCgroups: boolean) {
    this.#metrics = metrics;
    const line = {
      id: 'netdata.ebpf_processes_unattributed',
      title: 'Events that were counted and are on no chart of an app group or cgroup',
      units: 'events/s',
      family: 'ebpf',
      context: 'netdata.ebpf_processes_unattributed',
      chartType: 'stacked' as const,
      priority: 140_901,
      updateEverySeconds,
      plugin: 'ebpf-processes.plugin',
      module: 'audit',
    };
    this.#chart = new CounterChart(line, hasCgroups ? [...OF_ANY, ...OF_CGROUPS] : OF_ANY);
  }

  /** The lines of one update. @param elapsedUs - Microseconds since the update before; `undefined` on the first. */
  render(scopes: ScopesState, elapsedUs: number | undefined): string {
    return this.#chart.render((id) => this.#count(id, scopes), elapsedUs);
  }

  /** The lines of an update that Netdata shows as a gap. */
  renderGap(elapsedUs: number | undefined): string {
    return this.#chart.renderGap(elapsedUs);
  }

  /** The lines that make the chart obsolete, where it is declared. */
  renderObsolete(): string {
    return this.#chart.renderObsolete();
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
