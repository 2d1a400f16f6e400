import { addCounters, type Counters, subtractCounters } from '../counters/counters.ts';
import type { CgroupState, ScopesState } from '../scopes/state.ts';

/** Counters as Netdata is sent them: of the whole system, and of its scopes where counts are kept apart. */
export interface Told {
  readonly counters: Counters;
  readonly scopes: ScopesState | null;
}

/**
 * Takes off all counters what was counted in holes.
 *
 * Netdata computes a rate from the growth of a counter since the last value, and there is no way to give a dimension a new
 * baseline. So an interval with a hole is sent without values, which Netdata stores as a gap, and the counter's growth in that
 * interval is taken off from then on: the next value has grown by its own interval alone.
 */
export class Holes {
  #inHoles: ReadonlyMap<string, Counters> = new Map();

  /** Take off the growth between two states: there is a hole in between. */
  add(open: Told, close: Told): void {
    const before = carry(list(open), close.scopes);
    const inHoles = carry(this.#inHoles, close.scopes);
    for (const [name, counters] of list(close)) {
      const growth = less(counters, before.get(name));
      inHoles.set(name, more(growth, inHoles.get(name)));
    }
    this.#inHoles = inHoles;
  }

  /** The counters without what was counted in holes. */
  leaveOut(told: Told): Told {
    if (this.#inHoles.size === 0) return told;
    const inHoles = carry(this.#inHoles, told.scopes);
    this.#inHoles = inHoles;
    const { counters, scopes } = told;
    return {
      counters: less(counters, inHoles.get(TOTALS)),
      scopes: scopes && {
        apps: scopes.apps.map((app) => ({
          ...app,
          counters: less(app.counters, inHoles.get(nameOfApp(app.name))),
        })),
        cgroups: scopes.cgroups.map((cgroup) => ({
          ...cgroup,
          counters: less(cgroup.counters, inHoles.get(nameOfCgroup(cgroup.key))),
        })),
        dropped: less(scopes.dropped, inHoles.get(DROPPED)),
        unattributed: less(scopes.unattributed, inHoles.get(UNATTRIBUTED)),
      },
    };
  }

  /** Cgroups that are forgotten count from zero, should they come back. */
  forget(keys: readonly string[]): void {
    const names = new Set(keys.map(nameOfCgroup));
    this.#inHoles = new Map([...this.#inHoles].filter(([name]) => !names.has(name)));
  }
}

const TOTALS = 'totals';
const DROPPED = 'dropped';
const UNATTRIBUTED = 'unattributed';
const CGROUP = 'cgroup ';

function nameOfApp(name: string): string {
  return `app ${name}`;
}

function nameOfCgroup(key: string): string {
  return `${CGROUP}${key}`;
}

/** All counters, each by a name of its own. */
function list({ counters, scopes }: Told): Map<string, Counters> {
  const all = new Map([[TOTALS, counters]]);
  if (scopes === null) return all;
  all.set(DROPPED, scopes.dropped).set(UNATTRIBUTED, scopes.unattributed);
  for (const app of scopes.apps) all.set(nameOfApp(app.name), app.counters);
  for (const cgroup of scopes.cgroups) all.set(nameOfCgroup(cgroup.key), cgroup.counters);
  return all;
}

/**
 * Counters of an earlier state under the names of a later one. A cgroup that waited for its chart type had its path for a key;
 * its counts were then moved to the cgroup that has the charts. Scopes that are not there any more are left out.
 */
function carry(
  counters: ReadonlyMap<string, Counters>,
  scopes: ScopesState | null,
): Map<string, Counters> {
  const keys = new Set(scopes?.cgroups.map(({ key }) => key));
  const carried = new Map<string, Counters>();
  for (const [name, count] of counters) {
    const key = name.startsWith(CGROUP) ? name.slice(CGROUP.length) : undefined;
    const now = key === undefined || keys.has(key) ? name : ownerOf(key, scopes?.cgroups ?? []);
    if (now !== undefined) carried.set(now, more(count, carried.get(now)));
  }
  return carried;
}

/** The cgroup with charts at a path, or the nearest one above. */
function ownerOf(path: string, cgroups: readonly CgroupState[]): string | undefined {
  const owners = cgroups
    .filter(({ isSettled, isRenamed }) => isSettled && !isRenamed)
    .filter((owner) => owner.path === '/' || `${path}/`.startsWith(`${owner.path}/`))
    .filter((owner) => owner.path !== '')
    .sort((a, b) => b.path.length - a.path.length);
  return owners[0] && nameOfCgroup(owners[0].key);
}

function more(counters: Counters, added: Counters | undefined): Counters {
  return added === undefined ? counters : addCounters(counters, added);
}

function less(counters: Counters, taken: Counters | undefined): Counters {
  return taken === undefined ? counters : subtractCounters(counters, taken);
}
