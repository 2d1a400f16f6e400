/** Counts by interval, of which most may be 0: one that is new takes next to no room. Intervals come in ascending order. */
export class IntervalCounts {
  #intervals: number[] = [];
  #counts: number[] = [];
  #sum = 0;

  get sum(): number {
    return this.#sum;
  }

  /** @param interval - Not before the last one that was added to. */
  add(interval: number, count: number): void {
    const last = this.#intervals.length - 1;
    this.#sum += count;
    if (this.#intervals[last] === interval) this.#counts[last] = (this.#counts[last] ?? 0) + count;
    else {
      this.#intervals.push(interval);
      this.#counts.push(count);
    }
  }

  /** Make one interval of every two. */
  halve(): void {
    const [intervals, counts] = [this.#intervals, this.#counts];
    this.#intervals = [];
    this.#counts = [];
    this.#sum = 0;
    for (const [i, interval] of intervals.entries()) this.add(interval >> 1, counts[i] ?? 0);
  }

  /** Add all counts to those of an array with one number for each interval. */
  addTo(all: number[]): void {
    for (const [i, interval] of this.#intervals.entries())
      all[interval] = (all[interval] ?? 0) + (this.#counts[i] ?? 0);
  }
}
