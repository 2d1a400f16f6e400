import { addCounters, type Counters, subtractCounters } from '../counters/counters.ts';
import { type AppState, type CgroupState, type ScopesState, subtractScopes } from './state.ts';

/**
 * What happened in windows that follow one another, added up. Not the last state without the first: cgroups that are gone are
 * forgotten in between.
 */
export class JoinedScopes {
  readonly #apps = new Map<string, AppState>();
  readonly #cgroups = new Map<string, CgroupState>();
  #dropped: Counters | undefined;
  #unattributed: Counters | undefined;

  /** Add the next window. */
  add(open: ScopesState, close: ScopesState): void {
    const { apps, cgroups, dropped, unattributed } = subtractScopes(close, open);
    for (const app of apps) addTo(this.#apps, app.name, app);
    for (const cgroup of cgroups) addTo(this.#cgroups, cgroup.path, cgroup);
    this.#dropped = plus(this.#dropped, dropped);
    this.#unattributed = plus(this.#unattributed, unattributed);
  }

  /** The sums; `undefined` where nothing was added. */
  get state(): ScopesState | undefined {
    if (this.#dropped === undefined || this.#unattributed === undefined) return undefined;
    return {
      apps: [...this.#apps.values()],
      cgroups: [...this.#cgroups.values()],
      dropped: this.#dropped,
      unattributed: this.#unattributed,
    };
  }
}

/** The state before anything of a state was counted. */
export function zeroOf({ dropped, unattributed }: ScopesState): ScopesState {
  const zero = (counters: Counters) => subtractCounters(counters, counters);
  return { apps: [], cgroups: [], dropped: zero(dropped), unattributed: zero(unattributed) };
}

/** The later window knows the name better. */
function addTo<Scope extends { readonly counters: Counters }>(
  scopes: Map<string, Scope>,
  key: string,
  scope: Scope,
): void {
  const known = scopes.get(key)?.counters;
  scopes.set(key, { ...scope, counters: plus(known, scope.counters) });
}

function plus(known: Counters | undefined, counters: Counters): Counters {
  return known === undefined ? counters : addCounters(known, counters);
}
