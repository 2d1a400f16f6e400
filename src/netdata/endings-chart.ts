import type { EndingCounts } from '../diagnosis/endings.ts';
import { CounterChart } from './counter-chart.ts';

const DIMENSIONS = ['crashed', 'killed', 'failed'] as const;

/** The chart of how processes ended that did not end well, which no chart of the contract tells. */
export class EndingsChart {
  readonly #chart: CounterChart<keyof EndingCounts>;
  #latest: EndingCounts = { crashed: 0, killed: 0, failed: 0 };
  /** What was counted in gaps: Netdata would draw it behind them. */
  #inGaps: EndingCounts = { crashed: 0, killed: 0, failed: 0 };

  constructor(updateEverySeconds: number) {
    const line = {
      id: 'system.ebpf_processes_endings',
      title:
        'Processes that crashed (SIGSEGV, SIGABRT and the like), were killed by another signal, or failed (status not 0)',
      units: 'processes/s',
      family: 'processes',
      context: 'system.ebpf_processes_endings',
      chartType: 'line' as const,
      priority: 21_006,
      updateEverySeconds,
      plugin: 'ebpf-processes.plugin',
      module: 'process',
    };
    this.#chart = new CounterChart(line, DIMENSIONS);
  }

  /** The lines of one update. @param elapsedUs - Microseconds since the update before; `undefined` on the first. */
  render(counts: EndingCounts, elapsedUs: number | undefined): string {
    this.#latest = counts;
    return this.#chart.render((id) => counts[id] - this.#inGaps[id], elapsedUs);
  }

  /** The lines of an update that Netdata shows as a gap. */
  renderGap(counts: EndingCounts, elapsedUs: number | undefined): string {
    const grown = (id: keyof EndingCounts) => this.#inGaps[id] + counts[id] - this.#latest[id];
    this.#inGaps = {
      crashed: grown('crashed'),
      killed: grown('killed'),
      failed: grown('failed'),
    };
    this.#latest = counts;
    return this.#chart.renderGap(elapsedUs);
  }

  /** The lines that make the chart obsolete, where it is declared. */
  renderObsolete(): string {
    return this.#chart.renderObsolete();
  }
}
