import type { Counters } from '../counters/counters.ts';

/** A scope as far as its end is concerned. */
export interface EndingScope {
  readonly name: string;
  /** Nothing happens in it any more, unless it comes back. */
  readonly isGone: boolean;
  readonly counters: Counters;
}

/** A service that is restarted is gone for a moment; one that was gone and quiet for so many updates is over. */
const QUIET_UPDATES = 10;

/** Scopes that are over are remembered until so many others are: machines make and remove transient units all day. */
const MOST_OVER = 256;

/** Knows which scopes are over, and what was last told of them, so that they go on from there if they come back. */
export class GoneScopes {
  readonly #quiet = new Map<string, { readonly state: string; readonly updates: number }>();
  readonly #over = new Map<string, Counters>();
  #forgotten: string[] = [];

  /** Whether a scope is over; to be asked once in each update. */
  isOver({ name, isGone, counters }: EndingScope): boolean {
    if (!isGone) {
      this.#quiet.delete(name);
      return false;
    }
    const state = JSON.stringify(counters);
    const over = this.#over.get(name);
    if (over !== undefined) return JSON.stringify(over) === state;
    const before = this.#quiet.get(name);
    const updates = before?.state === state ? before.updates + 1 : 0;
    this.#quiet.set(name, { state, updates });
    if (updates < QUIET_UPDATES) return false;
    this.#quiet.delete(name);
    this.#remember(name, counters);
    return true;
  }

  /** What was last told of a scope that comes back; `undefined` of one that was not there before. */
  takeBack(name: string): Counters | undefined {
    const counters = this.#over.get(name);
    this.#over.delete(name);
    return counters;
  }

  /** Names of scopes that are over for good, told once: nothing of them is needed any more. */
  takeForgotten(): string[] {
    const forgotten = this.#forgotten;
    this.#forgotten = [];
    return forgotten;
  }

  #remember(name: string, counters: Counters): void {
    this.#over.set(name, counters);
    const [oldest] = this.#over.keys();
    if (this.#over.size <= MOST_OVER || oldest === undefined) return;
    this.#over.delete(oldest);
    this.#forgotten.push(oldest);
  }
}
