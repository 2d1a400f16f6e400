import { addCount, emptyCounts, type MapCounts, type OpenCounts } from './map-counts.ts';

/** Counts kept apart by name: of app groups, of cgroups, of commands. Counts only ascend. */
export class Ledger<Name> {
  readonly #entries = new Map<Name, OpenCounts>();

  add(name: Name, counter: string, index: number, count: number): void {
    let counts = this.#entries.get(name);
    if (counts === undefined) {
      counts = emptyCounts();
      this.#entries.set(name, counts);
    }
    addCount(counts, counter, index, count);
  }

  get entries(): ReadonlyMap<Name, MapCounts> {
    return this.#entries;
  }

  clear(): void {
    this.#entries.clear();
  }
}
