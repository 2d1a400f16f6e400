import type { EndingCounts } from '../diagnosis/endings.ts';
import {
  beginWords,
  type ChartLine,
  chartWords,
  gapWords,
  renderObsolete,
  renderWords,
  setWords,
} from './protocol.ts';

const DIMENSIONS = ['crashed', 'killed', 'failed'] as const;

/** The chart of how processes ended that did not end well, which no chart of the contract tells. */
export class EndingsChart {
  readonly #line: ChartLine;
  #isBegun = false;
  #latest: EndingCounts = { crashed: 0, killed: 0, failed: 0 };
  /** What was counted in gaps: Netdata would draw it behind them. */
  #inGaps: EndingCounts = { crashed: 0, killed: 0, failed: 0 };

  constructor(updateEverySeconds: number) {
    this.#line = {
      id: 'system.ebpf_processes_endings',
      title:
        'Processes that crashed (SIGSEGV, SIGABRT and the like), were killed by another signal, or failed (status not 0)',
      units: 'processes/s',
      family: 'processes',
      context: 'system.ebpf_processes_endings',
      chartType: 'line',
      priority: 21_006,
      updateEverySeconds,
      plugin: 'ebpf-processes.plugin',
      module: 'process',
    };
  }

  /** The lines of one update. @param elapsedUs - Microseconds since the update before; `undefined` on the first. */
  render(counts: EndingCounts, elapsedUs: number | undefined): string {
    const declared = this.#isBegun ? [] : this.#declare();
    this.#isBegun = true;
    this.#latest = counts;
    return renderWords([
      ...declared,
      beginWords(this.#line.id, elapsedUs),
      ...DIMENSIONS.map((id) => setWords(id, counts[id] - this.#inGaps[id])),
      ['END'],
    ]);
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
    return this.#isBegun ? renderWords(gapWords(this.#line.id, elapsedUs)) : '';
  }

  /** The lines that make the chart obsolete, where it is declared. */
  renderObsolete(): string {
    return this.#isBegun ? renderObsolete([this.#line]) : '';
  }

  #declare(): string[][] {
    return [
      chartWords(this.#line),
      ...DIMENSIONS.map((id) => ['DIMENSION', id, id, 'incremental', '1', '1']),
    ];
  }
}
