import type { Counters } from '../counters/counters.ts';

/** What decides whether a scope is over. */
export interface EndingScope {
  readonly name: string;
  /** It does not exist any more, and may come back. */
  readonly isGone: boolean;
  readonly counters: Counters;
}

/** A scope is over after it was gone, with equal counters, for this many updates: a service that is restarted is gone briefly. */
const QUIET_UPDATES = 10;

/** Scopes that are over and remembered: machines make and remove transient units all day. */
const MOST_OVER = 256;

/** Knows which scopes are over, and the counters that Netdata was sent last: scopes that come back go on from there. */
export class GoneScopes {
  readonly #quiet = new Map<string, { readonly state: string; readonly updates: number }>();
  readonly #over = new Map<string, Counters>();
  #forgotten: string[] = [];

  /** Whether a scope is over. To be called once in each update. */
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

  /** The counters that Netdata was sent last for a scope that comes back; `undefined` for a new one. */
  takeBack(name: string): Counters | undefined {
    const counters = this.#over.get(name);
    this.#over.delete(name);
    return counters;
  }

  /** Names of scopes that were forgotten since the last call: nothing of them is needed any more. */
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
