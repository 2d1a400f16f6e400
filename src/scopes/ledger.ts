import type { Counters } from '../counters/counters.ts';
import {
  addCount,
  emptyCounts,
  type MapCounts,
  mergeCounts,
  type OpenCounts,
} from '../counters/map-counts.ts';
import { type EndedTasks, shareReleases } from './releases.ts';

/** Counts kept apart by name: of app groups, of cgroups, of commands. Counts never fall. */
export class Ledger<Name> {
  readonly #entries = new Map<Name, OpenCounts>();
  /** Tasks that ended since releases were last shared out. */
  #recent = new Map<Name, number>();
  /** Counters that `list` has built and that are still right. */
  readonly #built = new Map<Name, Counters>();

  add(name: Name, counter: string, index: number, count: number): void {
    this.#count(name, counter, index, count);
    if (isExit(counter)) this.#recent.set(name, (this.#recent.get(name) ?? 0) + count);
  }

  /** The counts of a name, from zero where it had none. */
  open(name: Name): OpenCounts {
    const present = this.#entries.get(name);
    if (present !== undefined) return present;
    const counts = emptyCounts();
    this.#entries.set(name, counts);
    return counts;
  }

  /**
   * Count released tasks, by who ended.
   *
   * @param waiting - Of all tasks that ended, those that are not released.
   * @param zombies - Known zombies by name.
   * @returns How many releases were counted.
   */
  release(waiting: number, zombies: ReadonlyMap<Name, number>): number {
    const scopes: EndedTasks<Name>[] = [];
    for (const [name, counts] of this.#entries) {
      const ended = countWaiting(counts);
      if (ended <= 0) continue;
      scopes.push({
        name,
        ended,
        recent: this.#recent.get(name) ?? 0,
        zombies: zombies.get(name) ?? 0,
      });
    }
    this.#recent = new Map();
    let released = 0;
    for (const [name, count] of shareReleases(scopes, waiting)) {
      this.#count(name, 'released', 0, count);
      released += count;
    }
    return released;
  }

  /** Add the counts of one name to those of another, and forget the first. */
  move(from: Name, to: Name): void {
    const counts = this.#entries.get(from);
    if (counts === undefined) return;
    this.delete(from);
    this.#built.delete(to);
    const present = this.#entries.get(to);
    if (present === undefined) this.#entries.set(to, counts);
    else mergeCounts(present, counts);
  }

  delete(name: Name): void {
    this.#entries.delete(name);
    this.#built.delete(name);
  }

  /**
   * The counters of all names: values that never change.
   *
   * @param build - Makes counters of counts, always in the same way.
   */
  list(build: (counts: MapCounts) => Counters): (readonly [Name, Counters])[] {
    return [...this.#entries].map(([name, counts]) => {
      const counters = this.#built.get(name) ?? build(counts);
      this.#built.set(name, counters);
      return [name, counters] as const;
    });
  }

  get entries(): ReadonlyMap<Name, MapCounts> {
    return this.#entries;
  }

  #count(name: Name, counter: string, index: number, count: number): void {
    addCount(this.open(name), counter, index, count);
    this.#built.delete(name);
  }
}

/** Whether a map counts exits; which maps do depends on the candidate. */
function isExit(map: string): boolean {
  return map.endsWith('_exited');
}

/** Tasks that ended and were not counted as released. */
export function countWaiting({ maps }: MapCounts): number {
  let waiting = -(maps.get('released') ?? 0);
  for (const [map, count] of maps) if (isExit(map)) waiting += count;
  return waiting;
}
