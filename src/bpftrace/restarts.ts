/** A bpftrace that printed dumps for this long ran well: its end does not count as one in a row with the ends before. */
const RAN_WELL_MS = 60_000;

/** A bpftrace that ended and is started again. */
export interface Restart {
  /** How it ended, as the end of a sentence about it. */
  readonly end: string;
  /** 1 for the first restart after a bpftrace that ran well. */
  readonly inARow: number;
}

/** Says how long to wait before bpftrace is started again: without limit, and longer each time that it did not run well. */
export class Restarts {
  readonly #delaysMs: readonly number[];
  #total = 0;
  #latest: Restart | undefined;

  /** @param delaysMs - Waits before the first restart in a row, the second, and so on; the last one is repeated. */
  constructor(delaysMs: readonly number[]) {
    this.#delaysMs = delaysMs;
  }

  get total(): number {
    return this.#total;
  }

  get latest(): Restart | undefined {
    return this.#latest;
  }

  /**
   * Count a restart.
   *
   * @param ranMs - For how long the bpftrace that ended had printed dumps.
   * @returns How long to wait before the next start, in milliseconds.
   */
  add(end: string, ranMs: number): number {
    const before = ranMs >= RAN_WELL_MS ? 0 : (this.#latest?.inARow ?? 0);
    this.#latest = { end, inARow: before + 1 };
    this.#total += 1;
    return this.#delaysMs[before] ?? this.#delaysMs.at(-1) ?? 0;
  }
}

/** Of restarts in a row the user is told of the 1st, 2nd, 4th, 8th …: a bpftrace that never runs well must not fill a log. */
export function isTold({ inARow }: Restart): boolean {
  return Number.isInteger(Math.log2(inARow));
}
