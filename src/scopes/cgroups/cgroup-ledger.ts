import type { Counters } from '../../counters/counters.ts';
import type { MapCounts } from '../../counters/map-counts.ts';
import { countBy } from '../count-by.ts';
import { Ledger } from '../ledger.ts';
import { REST, type ResolvedCgroup } from './resolved-cgroup.ts';

/** Cgroups that have counts of their own; Netdata itself takes 1,000. What is in others counts as `REST`. */
const MOST_PLACES = 4_096;

/** Time between two looks for new names; Netdata's own is as long. */
const RENEW_MS = 10_000;

/** What is known by now of a cgroup that has counts. */
export interface Place extends ResolvedCgroup {
  /** Netdata has given it another chart type, under which new events are counted; these counts no longer grow. */
  readonly isRenamed: boolean;
}

/**
 * Counts by cgroup, of 4,096 at most. The key of a cgroup is its chart type, and its path as long as that type is not settled.
 */
export class CgroupLedger {
  readonly #placeOf: (path: string, nowMs: number) => ResolvedCgroup;
  readonly #counts = new Ledger<string>();
  readonly #places = new Map<string, Place>();
  readonly #unsettled = new Set<string>();
  #renewedAtMs = Number.NEGATIVE_INFINITY;

  /** @param placeOf - What is known by now of a cgroup, by its path. */
  constructor(placeOf: (path: string, nowMs: number) => ResolvedCgroup) {
    this.#placeOf = placeOf;
  }

  /** The counters of all cgroups, by key; see `Ledger.list`. */
  list(build: (counts: MapCounts) => Counters): (readonly [string, Counters])[] {
    return this.#counts.list(build);
  }

  /** What is known of the cgroups that have counts, by key. */
  get places(): ReadonlyMap<string, Place> {
    return this.#places;
  }

  add(place: ResolvedCgroup, counter: string, index: number, count: number): void {
    this.#counts.add(this.#enter(place), counter, index, count);
  }

  /** Forget the counts of a cgroup that is gone. Should it come back, it counts from zero. */
  forget(name: string): void {
    this.#counts.delete(name);
    this.#places.delete(name);
    this.#unsettled.delete(name);
  }

  /**
   * Count released tasks, by who ended.
   *
   * @param waiting - Of all tasks that ended, those that are not released.
   * @param zombies - The cgroup of each new zombie.
   */
  release(waiting: number, zombies: readonly ResolvedCgroup[]): void {
    this.#counts.release(
      waiting,
      countBy(zombies, (zombie) => nameOf(this.#findRoom(zombie))),
    );
  }

  /**
   * Look whether cgroups have new names, idle ones too: a container may be idle when Netdata learns its name, and Netdata may
   * start after us.
   */
  renew(nowMs: number): void {
    const isTurn = nowMs - this.#renewedAtMs >= RENEW_MS;
    if (isTurn) this.#renewedAtMs = nowMs;
    for (const name of [...(isTurn ? this.#places.keys() : this.#unsettled)]) {
      this.#renewOne(name, nowMs);
    }
  }

  #renewOne(name: string, nowMs: number): void {
    const place = this.#places.get(name);
    if (place === undefined || place.isRenamed) return;
    const known = this.#placeOf(place.path, nowMs);
    if (nameOf(known) === name) return;
    if (place.isSettled) {
      this.#places.set(name, { ...place, isRenamed: true });
      this.#counts.open(this.#enter(known));
    } else {
      this.#places.delete(name);
      this.#unsettled.delete(name);
      this.#counts.move(name, this.#enter(known));
    }
  }

  /** The place itself, or the rest where too many others have counts. */
  #findRoom(place: ResolvedCgroup): ResolvedCgroup {
    const hasRoom = this.#places.size < MOST_PLACES || this.#places.has(nameOf(place));
    return hasRoom || isAlways(place) ? place : REST;
  }

  #enter(wanted: ResolvedCgroup): string {
    const place = this.#findRoom(wanted);
    const name = nameOf(place);
    const known = this.#places.get(name);
    if (known === undefined || known.isRenamed || known.path !== place.path) {
      this.#places.set(name, { ...place, isRenamed: false });
      if (!place.isSettled) this.#unsettled.add(name);
    }
    return name;
  }
}

/** What has no charts of its own is always told apart. */
function isAlways({ kind }: ResolvedCgroup): boolean {
  return kind === 'root' || kind === 'unresolved';
}

/** A path begins with a slash, and a chart type never does. */
function nameOf({ isSettled, chartType, path }: ResolvedCgroup): string {
  return isSettled ? chartType : path;
}
