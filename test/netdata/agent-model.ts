import { PluginReader } from '../plugins-d/reader.ts';
import { readWords } from '../plugins-d/words.ts';

/**
 * What a Netdata agent makes of the text of a plugin: it fails on what `PluginReader` finds fault with, and keeps what it was
 * told and what it would draw.
 *
 * @see netdata/netdata database/rrdset.c (1.37), rrdset_done_interpolate(), for what is drawn
 */
export class AgentModel {
  readonly #updateEverySeconds: number;
  readonly #charts = new Map<string, Map<string, Dimension>>();
  readonly #reader = new PluginReader();

  constructor(updateEverySeconds = 1) {
    this.#updateEverySeconds = updateEverySeconds;
  }

  take(text: string): void {
    const [fault] = this.#reader.take(text).faults;
    if (fault !== undefined) throw new Error(fault);
    let scope: Map<string, Dimension> | undefined;
    let intervals = 0;
    let set = new Map<string, number>();
    for (const [word, id = '', ...more] of splitLines(text)) {
      if (word === 'CHART') {
        scope = this.#charts.get(id) ?? new Map();
        this.#charts.set(id, scope);
      } else if (word === 'DIMENSION') {
        const divisor = Number(more[3]);
        if (!scope?.has(id))
          scope?.set(id, { algorithm: more[1] ?? '', divisor, rest: 0, drawn: [] });
      } else if (word === 'BEGIN') {
        scope = this.#charts.get(id);
        intervals = Math.round(Number(more[0] ?? 1e6) / 1e6 / this.#updateEverySeconds);
        set = new Map();
      } else if (word === 'SET') {
        set.set(id, Number(more[0]));
      } else if (word === 'END') {
        for (const [name, dimension] of scope ?? []) {
          draw(dimension, set.get(name), intervals, this.#updateEverySeconds);
        }
      }
    }
  }

  /** What a dimension was last told; 0 where nothing was. */
  told(chart: string, dimension: string): number {
    return this.#charts.get(chart)?.get(dimension)?.told ?? 0;
  }

  /** The same, of all dimensions of all charts whose id is like that. */
  sum(chart: RegExp): number {
    const all = [...this.#charts]
      .filter(([id]) => chart.test(id))
      .flatMap(([, dims]) => [...dims.values()]);
    return all.reduce((sum, { told = 0 }) => sum + told, 0);
  }

  /** What all counters were last told, by chart and dimension. */
  get counters(): Map<string, number> {
    return new Map(
      [...this.#charts].flatMap(([chart, dimensions]) =>
        [...dimensions]
          .filter(([, { algorithm }]) => algorithm === 'incremental')
          .map(([id, { told = 0 }]) => [`${chart} ${id}`, told] as const),
      ),
    );
  }

  /** The values that a dimension has on the page, one for each interval; `null` for a gap. */
  drawn(chart: string, dimension: string): (number | null)[] {
    return this.#charts.get(chart)?.get(dimension)?.drawn ?? [];
  }
}

interface Dimension {
  readonly algorithm: string;
  readonly divisor: number;
  told?: number;
  /** Growth since the last interval that is drawn. */
  rest: number;
  readonly drawn: (number | null)[];
}

/** `gap when lost iterations above` is 1, and 2 are added: of a longer hole the last two are drawn. */
const GAP_ABOVE = 3;

function draw(
  dimension: Dimension,
  value: number | undefined,
  intervals: number,
  updateEverySeconds: number,
): void {
  const { drawn, told, algorithm, divisor } = dimension;
  const isFirst = told === undefined;
  if (value !== undefined) {
    dimension.told = value;
    // A counter that falls has begun again.
    if (!isFirst) dimension.rest += Math.max(0, value - told);
  }
  if (intervals === 0 || (isFirst && drawn.length === 0)) return;
  for (let left = intervals; left > 0; left -= 1) {
    if (value === undefined || isFirst || left >= GAP_ABOVE) drawn.push(null);
    else if (algorithm === 'absolute') drawn.push(value / divisor);
    else drawn.push(dimension.rest / intervals / updateEverySeconds);
  }
  dimension.rest = 0;
}

function splitLines(text: string): string[][] {
  return text.split('\n').map(readWords);
}
