import {
  addCount,
  emptyCounts,
  type MapCounts,
  mergeCounts,
  type OpenCounts,
} from '../counters/map-counts.ts';

/** Counts kept apart by name: of app groups, of cgroups, of commands. Counts only ascend. */
export class Ledger<Name> {
  readonly #entries = new Map<Name, OpenCounts>();

  add(name: Name, counter: string, index: number, count: number): void {
    addCount(this.open(name), counter, index, count);
  }

  /** The counts of a name, from zero where it had none. */
  open(name: Name): OpenCounts {
    const present = this.#entries.get(name);
    if (present !== undefined) return present;
    const counts = emptyCounts();
    this.#entries.set(name, counts);
    return counts;
  }

  /** Give the counts of one name to another, who keeps its own. */
  move(from: Name, to: Name): void {
    const counts = this.#entries.get(from);
    if (counts === undefined) return;
    this.#entries.delete(from);
    const present = this.#entries.get(to);
    if (present === undefined) this.#entries.set(to, counts);
    else mergeCounts(present, counts);
  }

  delete(name: Name): void {
    this.#entries.delete(name);
  }

  get entries(): ReadonlyMap<Name, MapCounts> {
    return this.#entries;
  }

  clear(): void {
    this.#entries.clear();
  }
}
