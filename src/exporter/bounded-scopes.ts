import {
  addCounters,
  type Counters,
  highestCounters,
  isSameCounters,
  subtractCounters,
} from '../counters/counters.ts';

/** The counters of one app group or cgroup. */
export interface Scope {
  readonly key: string;
  readonly counters: Counters;
}

/**
 * Bounds how many series there are. The first scopes that come have their own as long as they exist; all others are counted
 * together, in a counter that never falls.
 */
export class BoundedScopes<Kind extends Scope> {
  readonly #most: number;
  readonly #shown = new Map<string, Kind>();
  /** Those that found no room: what they counted stands with the others, so that they can have no series any more. */
  #hidden: ReadonlySet<string> = new Set();
  /** What those counted that had series and are gone. */
  #retired: Counters | undefined;
  #rest: Counters | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param total - What all scopes together have counted, also those that are gone.
   * @returns Those with series of their own, and all others together.
   */
  take(scopes: readonly Kind[], total: Counters): { shown: readonly Kind[]; rest: Counters } {
    const present = new Map(scopes.map((scope) => [scope.key, scope]));
    for (const [key, { counters }] of this.#shown) {
      const now = present.get(key)?.counters;
      if (now !== undefined && !hasFallen(counters, now)) continue;
      this.#retired = sum(this.#retired, counters);
      if (now === undefined) this.#shown.delete(key);
    }
    for (const scope of scopes) {
      const hasRoom = this.#shown.size < this.#most && !this.#hidden.has(scope.key);
      if (this.#shown.has(scope.key) || hasRoom) this.#shown.set(scope.key, scope);
    }
    this.#hidden = new Set([...present.keys()].filter((key) => !this.#shown.has(key)));
    const shown = [...this.#shown.values()];
    const known = shown.reduce((all, { counters }) => sum(all, counters), this.#retired);
    const rest = known === undefined ? total : subtractCounters(total, known);
    this.#rest = this.#rest === undefined ? rest : highestCounters(this.#rest, rest);
    return { shown, rest: this.#rest };
  }
}

/** It was gone, and has come back: it counts from zero. */
function hasFallen(before: Counters, now: Counters): boolean {
  return !isSameCounters(highestCounters(before, now), now);
}

function sum(a: Counters | undefined, b: Counters): Counters {
  return a === undefined ? b : addCounters(a, b);
}
