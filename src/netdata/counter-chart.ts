import {
  beginWords,
  type ChartLine,
  chartWords,
  gapWords,
  renderObsolete,
  renderWords,
  setWords,
} from './protocol.ts';

/** A chart whose dimensions are known from the start, and are counters. It is declared with its first update. */
export class CounterChart<Dimension extends string> {
  readonly #line: ChartLine;
  readonly #dimensions: readonly Dimension[];
  #isBegun = false;

  constructor(line: ChartLine, dimensions: readonly Dimension[]) {
    this.#line = line;
    this.#dimensions = dimensions;
  }

  /** The lines of one update. @param elapsedUs - Microseconds since the update before; `undefined` on the first. */
  render(count: (dimension: Dimension) => number, elapsedUs: number | undefined): string {
    const declared = this.#isBegun ? [] : this.#declare();
    this.#isBegun = true;
    return renderWords([
      ...declared,
      beginWords(this.#line.id, elapsedUs),
      ...this.#dimensions.map((id) => setWords(id, count(id))),
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
}
