import { LIFETIME_BOUNDS_NS, readEnding } from '../../program/key/layout.ts';
import type { TaskKey } from '../../program/key/parse.ts';

/** How processes of one name ended, and how long they had lived. */
export interface Endings {
  /** Exits with a status that is not 0 or by a signal, most first; `exitCode` as wait(2) tells it. */
  readonly failures: readonly { readonly exitCode: number; readonly count: number }[];
  /** One number for each class that `LIFETIME_BOUNDS_NS` divides, the shortest lives first. */
  readonly lifetimes: readonly number[];
}

interface Entry {
  readonly failures: Map<number, number>;
  readonly lifetimes: number[];
}

/** Names beyond these are not kept: whoever renames itself at each fork must not fill the memory. */
const MOST_NAMES = 2_000;

/** Counts how processes ended, by name. */
export class EndingCounts {
  readonly #entries = new Map<string, Entry>();

  /** @param key - Of a process that exited; others are left out. */
  take({ counter, comm, index }: TaskKey, count: number): void {
    if (counter !== 'process_exited') return;
    const entry = this.#entryOf(comm);
    if (entry === undefined) return;
    const { lifetime, exitCode } = readEnding(index);
    if (exitCode !== 0) entry.failures.set(exitCode, (entry.failures.get(exitCode) ?? 0) + count);
    if (lifetime !== undefined) {
      entry.lifetimes[lifetime] = (entry.lifetimes[lifetime] ?? 0) + count;
    }
  }

  /** A value that does not change with what is counted later. */
  of(comm: string): Endings {
    const entry = this.#entries.get(comm);
    return {
      failures: [...(entry?.failures ?? [])]
        .map(([exitCode, count]) => ({ exitCode, count }))
        .sort((a, b) => b.count - a.count),
      lifetimes: [...(entry?.lifetimes ?? noLifetimes())],
    };
  }

  #entryOf(comm: string): Entry | undefined {
    const known = this.#entries.get(comm);
    if (known !== undefined || this.#entries.size >= MOST_NAMES) return known;
    const entry = { failures: new Map<number, number>(), lifetimes: noLifetimes() };
    this.#entries.set(comm, entry);
    return entry;
  }
}

function noLifetimes(): number[] {
  return [...LIFETIME_BOUNDS_NS, Number.POSITIVE_INFINITY].map(() => 0);
}
