import type { TaskKey } from '../program/key/parse.ts';

/** Processes of one name in one cgroup that created others. */
export interface Forkers {
  /** A byte string. */
  readonly comm: string;
  /** Path of the cgroup below the mount, a byte string; `null` where it is not known. */
  readonly cgroup: string | null;
  readonly created: Created;
  /** How many processes they are; `null` where they were too many to count. */
  readonly processes: number | null;
  /** Those that created most, the busiest first. */
  readonly busiest: readonly (Created & { readonly id: number })[];
}

export interface Created {
  readonly processes: number;
  readonly threads: number;
}

interface Entry {
  readonly comm: string;
  readonly cgroup: string;
  readonly total: OpenCreated;
  readonly byId: Map<number, OpenCreated>;
  wasThinned: boolean;
}

interface OpenCreated {
  processes: number;
  threads: number;
}

/** A window of a day must not fill the memory: beyond this many forkers of one name, those that created least are forgotten. */
const MOST_IDS = 50_000;
const KEPT_IDS = 5_000;

/** Whoever renames itself at each fork must not fill it either: beyond so many names, those that created least are forgotten. */
const MOST_NAMES = 20_000;
const KEPT_NAMES = 5_000;

const SHOWN_IDS = 10;

/**
 * Counts who created most, from the keys of dumps. Forkers are grouped by name and cgroup, because in a fork bomb each
 * process creates a few and no single one many.
 */
export class TopForkers {
  readonly #entries = new Map<string, Entry>();

  take(key: TaskKey, count: number): void {
    switch (key.counter) {
      case 'process_created':
        this.#add(key, 'processes', count);
        break;
      case 'thread_created':
        this.#add(key, 'threads', count);
        break;
    }
  }

  /** Count from zero again. */
  reset(): void {
    this.#entries.clear();
  }

  /**
   * Those that created most come first.
   *
   * @param pathOf - The path of a cgroup by its id; `undefined` where it is not known.
   * @param most - No more names than so many.
   * @param mostIds - No more processes of one name than so many.
   */
  list(
    pathOf: (cgroup: string) => string | undefined,
    most: number,
    mostIds = SHOWN_IDS,
  ): Forkers[] {
    return [...this.#entries.values()]
      .sort((a, b) => sum(b.total) - sum(a.total))
      .slice(0, most)
      .map(({ comm, cgroup, total, byId, wasThinned }) => ({
        comm,
        cgroup: pathOf(cgroup) ?? null,
        created: { ...total },
        processes: wasThinned ? null : byId.size,
        busiest: [...byId]
          .sort(([a, x], [b, y]) => sum(y) - sum(x) || a - b)
          .slice(0, mostIds)
          .map(([id, created]) => ({ id, ...created })),
      }));
  }

  /** Add what was listed of another window. Where that left processes out, their number is not known any more. */
  add({ comm, cgroup, created, processes, busiest }: Forkers): void {
    const entry = this.#entryOf(comm, cgroup ?? UNKNOWN_CGROUP);
    for (const one of busiest) {
      const own = ownOf(entry, one.id);
      own.processes += one.processes;
      own.threads += one.threads;
    }
    entry.total.processes += created.processes;
    entry.total.threads += created.threads;
    entry.wasThinned ||= processes !== busiest.length;
    if (entry.byId.size > MOST_IDS) thin(entry);
  }

  #add({ id, comm, cgroup }: TaskKey, kind: keyof OpenCreated, count: number): void {
    const entry = this.#entryOf(comm, cgroup);
    ownOf(entry, id)[kind] += count;
    entry.total[kind] += count;
    if (entry.byId.size > MOST_IDS) thin(entry);
  }

  #entryOf(comm: string, cgroup: string): Entry {
    const name = `${cgroup} ${comm}`;
    const known = this.#entries.get(name);
    if (known !== undefined) return known;
    const total = { processes: 0, threads: 0 };
    const entry = { comm, cgroup, total, byId: new Map(), wasThinned: false };
    this.#entries.set(name, entry);
    if (this.#entries.size > MOST_NAMES) this.#thin(name);
    return entry;
  }

  #thin(newest: string): void {
    const least = [...this.#entries]
      .filter(([name]) => name !== newest)
      .sort(([, a], [, b]) => sum(a.total) - sum(b.total));
    for (const [name] of least.slice(0, least.length - KEPT_NAMES)) this.#entries.delete(name);
  }
}

/** Neither id nor path of a cgroup. */
export const UNKNOWN_CGROUP = '\0';

function ownOf({ byId }: Entry, id: number): OpenCreated {
  const known = byId.get(id);
  if (known !== undefined) return known;
  const own = { processes: 0, threads: 0 };
  byId.set(id, own);
  return own;
}

function thin(entry: Entry): void {
  const least = [...entry.byId].sort(([, x], [, y]) => sum(x) - sum(y));
  for (const [id] of least.slice(0, least.length - KEPT_IDS)) entry.byId.delete(id);
  entry.wasThinned = true;
}

function sum({ processes, threads }: Created): number {
  return processes + threads;
}
