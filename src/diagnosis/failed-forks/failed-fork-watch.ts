import type { TaskKey } from '../../program/key/parse.ts';
import { type CallerLimit, listCallerLimits, listMachineLimits } from './caller-limits.ts';
import { type Census, takeCensus } from './census.ts';
import type { FailedCaller, FailedForkEvidence } from './evidence.ts';
import { keepHighest } from './highest-use.ts';
import { PidsHits, type PidsPlaces } from './pids-hits.ts';
import { type CallerFacts, readCaller, readMachineLimits } from './task-limits.ts';
import { findUnit } from './unit.ts';

/** More callers are counted, and not named. */
export const MOST_CALLERS = 256;

/** These are looked at again and again, because the use of a limit that is read later may be higher. */
const FOLLOWED = 32;

/** A census reads some files for each process of the machine. */
const CENSUS_EVERY_MS = 500;

/** How often one caller is looked at. */
const LOOK_EVERY_MS = 90;

interface Entry {
  readonly comm: string;
  /** Id of its cgroup of version 2. */
  readonly cgroup: string;
  readonly counts: Map<number, number>;
  facts: CallerFacts | undefined;
  directory: string | undefined;
  limits: readonly CallerLimit[];
  lookedAtMs: number;
}

/** Looks for the limit behind each failed fork while its caller, and the tasks that use the limit up, still exist. */
export class FailedForkWatch {
  readonly #root: string;
  readonly #pids: PidsHits;
  readonly #pathOf: (cgroup: string) => string | undefined;
  readonly #callers = new Map<number, Entry>();
  #machine: readonly CallerLimit[] = [];
  #census: Census | undefined;
  #censusAtMs = Number.NEGATIVE_INFINITY;

  /**
   * @param root - Where the machine's file tree starts; empty but for fixtures.
   * @param nowNs - Reads the clock on which dumps are cut.
   * @param pathOf - The path of a cgroup of version 2 by its id.
   */
  constructor(
    root: string,
    nowNs: () => number,
    pathOf: (cgroup: string) => string | undefined = () => undefined,
  ) {
    this.#root = root;
    this.#pathOf = pathOf;
    this.#pids = new PidsHits(root, nowNs);
  }

  /** A window is about to open. */
  prepare(): void {
    this.#pids.prepare();
  }

  /** The window has opened with a dump that was cut at that moment. */
  open(cutNs: number): void {
    this.#pids.open(cutNs);
    this.#reset();
  }

  /** Take a key of the window; only failed forks matter. */
  take(key: TaskKey, count: number, nowMs: number): void {
    if (key.counter !== 'error' || key.id === 0) return;
    const known = this.#callers.get(key.id);
    if (known === undefined && this.#callers.size >= MOST_CALLERS) return;
    const entry = known ?? {
      comm: key.comm,
      cgroup: key.cgroup,
      counts: new Map<number, number>(),
      facts: undefined,
      directory: undefined,
      limits: [],
      lookedAtMs: Number.NEGATIVE_INFINITY,
    };
    const isNew = !entry.counts.has(key.index);
    entry.counts.set(key.index, (entry.counts.get(key.index) ?? 0) + count);
    this.#callers.set(key.id, entry);
    const isFollowed = this.#callers.size <= FOLLOWED && nowMs - entry.lookedAtMs >= LOOK_EVERY_MS;
    if (isNew || isFollowed) this.#look(key, entry, nowMs);
  }

  /** The window has closed with a dump that was cut at that moment. */
  close(cutNs: number): void {
    this.#pids.close(cutNs);
    this.#readMachine();
  }

  /** The window has closed, and the next one has opened with the same dump. @returns The evidence of the one that closed. */
  turn(cutNs: number): FailedForkEvidence {
    this.#pids.turn(cutNs);
    this.#readMachine();
    const { evidence } = this;
    this.#reset();
    return evidence;
  }

  #reset(): void {
    this.#callers.clear();
    this.#machine = [];
    this.#readMachine();
  }

  /** See `PidsHits.places`. */
  get places(): PidsPlaces | undefined {
    return this.#pids.places;
  }

  get evidence(): FailedForkEvidence {
    return {
      pids: this.#pids.hits,
      machine: this.#machine,
      callers: [...this.#callers].map(([pid, entry]) => this.#describe(pid, entry)),
    };
  }

  /** A process that was gone before it was looked at is known by what its keys tell. */
  #describe(pid: number, { comm, cgroup, counts, facts, directory, limits }: Entry): FailedCaller {
    const path = facts === undefined ? this.#pathOf(cgroup) : undefined;
    const cgroups = facts?.cgroups ?? `0::${path ?? ''}`;
    return {
      pid,
      comm: facts?.comm ?? comm,
      counts: Object.fromEntries(counts),
      user: facts?.user ?? null,
      unit: findUnit(cgroups) ?? null,
      directory: directory ?? this.#pids.directoryOf(cgroups) ?? null,
      hardLimit: facts?.processLimit?.hard ?? null,
      limits,
    };
  }

  #look(key: TaskKey, entry: Entry, nowMs: number): void {
    entry.lookedAtMs = nowMs;
    const facts = readCaller(key.id, this.#root);
    if (facts === undefined) return;
    entry.facts = facts;
    entry.directory = this.#pids.look(key.id) ?? entry.directory;
    const errnos = new Set(entry.counts.keys());
    const census = () => this.#takeCensus(nowMs);
    const limits = listCallerLimits(facts, errnos, key.pidMax, census, this.#root);
    entry.limits = keepHighest(entry.limits, limits);
    this.#readMachine();
  }

  #readMachine(): void {
    this.#machine = keepHighest(this.#machine, listMachineLimits(readMachineLimits(this.#root)));
  }

  #takeCensus(nowMs: number): Census {
    if (this.#census === undefined || nowMs - this.#censusAtMs >= CENSUS_EVERY_MS) {
      this.#censusAtMs = nowMs;
      this.#census = takeCensus(this.#root);
    }
    return this.#census;
  }
}
