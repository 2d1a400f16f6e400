import { LIFETIME_BOUNDS_NS, readEnding } from '../program/key/layout.ts';
import type { TaskKey } from '../program/key/parse.ts';
import { UNKNOWN_CGROUP } from './top-forkers.ts';

/** What processes of one name in one cgroup executed, and how they ended. */
export interface ProgramCounts {
  /** A byte string; `null` for all programs beyond the first `MOST_PROGRAMS` names. */
  readonly comm: string | null;
  /** Path of the cgroup below the mount, a byte string; `null` where it is not known. */
  readonly cgroup: string | null;
  /** Execs that succeeded, under the name that the process has since. */
  readonly execs: number;
  readonly exited: number;
  /** Exits with a status that is not 0 or by a signal, most first. */
  readonly failures: readonly Failure[];
  /** Whose children they were, of those parents that were seen first; the one with most of them first. */
  readonly parents: readonly ParentCounts[];
}

/** What children of one process did under one name. */
export interface ParentCounts {
  readonly id: number;
  readonly execs: number;
  readonly failed: number;
}

/** Exits of one kind. */
export interface Failure {
  /** As wait(2) tells it, see `Ending`. */
  readonly exitCode: number;
  readonly count: number;
}

/**
 * Exits of processes whose age is known, by how long they lived: one number for each class that `LIFETIME_BOUNDS_NS` divides,
 * the shortest lives first.
 */
export type Lifetimes = readonly number[];

interface Entry {
  readonly comm: string | null;
  readonly cgroup: string;
  execs: number;
  exited: number;
  readonly failures: Map<number, number>;
  readonly parents: Map<number, { execs: number; failed: number }>;
}

/** Parents of one name that are told apart. */
const MOST_PARENTS = 16;

const SHOWN_PARENTS = 3;

/** Whoever renames itself at each fork must not fill the memory: names beyond these are counted together. */
export const MOST_PROGRAMS = 2_000;

/** Counts execs, and how processes ended, by the keys of dumps. */
export class Programs {
  readonly #entries = new Map<string, Entry>();
  #lifetimes = noLifetimes();

  take(key: TaskKey, count: number): void {
    if (key.counter === 'exec') {
      const entry = this.#entryOf(key.comm, key.cgroup);
      entry.execs += count;
      addToParent(entry, { id: key.parent, execs: count, failed: 0 });
    }
    if (key.counter !== 'process_exited') return;
    const { lifetime, exitCode } = readEnding(key.index);
    const entry = this.#entryOf(key.comm, key.cgroup);
    entry.exited += count;
    if (exitCode !== 0) {
      entry.failures.set(exitCode, (entry.failures.get(exitCode) ?? 0) + count);
      addToParent(entry, { id: key.parent, execs: 0, failed: count });
    }
    if (lifetime !== undefined) {
      this.#lifetimes[lifetime] = (this.#lifetimes[lifetime] ?? 0) + count;
    }
  }

  /** Add what was listed of another window. */
  add(programs: readonly ProgramCounts[], lifetimes: Lifetimes): void {
    for (const { comm, cgroup, execs, exited, failures, parents } of programs) {
      const entry =
        comm === null ? this.#restEntry() : this.#entryOf(comm, cgroup ?? UNKNOWN_CGROUP);
      entry.execs += execs;
      entry.exited += exited;
      for (const parent of parents) addToParent(entry, parent);
      for (const { exitCode, count } of failures) {
        entry.failures.set(exitCode, (entry.failures.get(exitCode) ?? 0) + count);
      }
    }
    this.#lifetimes = this.#lifetimes.map((count, i) => count + (lifetimes[i] ?? 0));
  }

  /** Count from zero again. */
  reset(): void {
    this.#entries.clear();
    this.#lifetimes = noLifetimes();
  }

  get lifetimes(): Lifetimes {
    return [...this.#lifetimes];
  }

  /**
   * Those that failed most and those that were executed most, `most` of each; those that failed come first.
   *
   * @param pathOf - The path of a cgroup by its id; `undefined` where it is not known.
   */
  list(pathOf: (cgroup: string) => string | undefined, most: number): ProgramCounts[] {
    const all = [...this.#entries.values()].map((entry) => ({ entry, failed: sum(entry) }));
    const failing = all
      .filter(({ failed }) => failed > 0)
      .sort((a, b) => b.failed - a.failed)
      .slice(0, most);
    const executed = all
      .filter(({ entry }) => entry.execs > 0)
      .sort((a, b) => b.entry.execs - a.entry.execs)
      .slice(0, most);
    return [...new Set([...failing, ...executed])].map(({ entry }) => describe(entry, pathOf));
  }

  /** All of them, also those that only ended well. */
  listAll(pathOf: (cgroup: string) => string | undefined): ProgramCounts[] {
    return [...this.#entries.values()].map((entry) => describe(entry, pathOf));
  }

  #entryOf(comm: string, cgroup: string): Entry {
    const name = `${cgroup} ${comm}`;
    const known = this.#entries.get(name);
    if (known !== undefined) return known;
    if (this.#entries.size >= MOST_PROGRAMS) return this.#restEntry();
    return this.#open(name, comm, cgroup);
  }

  /** For all programs beyond the first names. */
  #restEntry(): Entry {
    return this.#entries.get(REST) ?? this.#open(REST, null, UNKNOWN_CGROUP);
  }

  #open(name: string, comm: string | null, cgroup: string): Entry {
    const entry: Entry = {
      comm,
      cgroup,
      execs: 0,
      exited: 0,
      failures: new Map(),
      parents: new Map(),
    };
    this.#entries.set(name, entry);
    return entry;
  }
}

/** No name of an entry is empty. */
const REST = '';

function describe(
  { comm, cgroup, execs, exited, failures, parents }: Entry,
  pathOf: (cgroup: string) => string | undefined,
): ProgramCounts {
  return {
    comm,
    cgroup: comm === null ? null : (pathOf(cgroup) ?? null),
    execs,
    exited,
    failures: [...failures]
      .map(([exitCode, count]) => ({ exitCode, count }))
      .sort((a, b) => b.count - a.count),
    parents: [...parents]
      .map(([id, counts]) => ({ id, ...counts }))
      .sort((a, b) => b.execs + b.failed - a.execs - a.failed)
      .slice(0, SHOWN_PARENTS),
  };
}

function addToParent({ parents }: Entry, { id, execs, failed }: ParentCounts): void {
  const known = parents.get(id);
  if (id === 0 || (known === undefined && parents.size >= MOST_PARENTS)) return;
  parents.set(id, {
    execs: (known?.execs ?? 0) + execs,
    failed: (known?.failed ?? 0) + failed,
  });
}

function noLifetimes(): number[] {
  return [...LIFETIME_BOUNDS_NS, Number.POSITIVE_INFINITY].map(() => 0);
}

function sum({ failures }: Entry): number {
  let failed = 0;
  for (const count of failures.values()) failed += count;
  return failed;
}
