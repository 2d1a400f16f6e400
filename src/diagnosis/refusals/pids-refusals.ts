import {
  findPidsHierarchy,
  type PidsEvents,
  type PidsHierarchy,
  readInode,
  readPidsEvents,
  readPidsLimit,
  readPidsPath,
  upwards,
  walkPidsEvents,
} from './pids-hierarchy.ts';

/** Creations that the limit of a cgroup refused, by the kernel's own counter: exact. */
export interface PidsRefusal {
  /** Directory of the cgroup whose limit it was; where that cannot be told, of the one in which the callers were. */
  readonly directory: string;
  readonly count: number;
  /** `undefined` where it cannot be told whose limit it was. */
  readonly limit: number | undefined;
  /** Tasks that stood against the limit, the most that was seen; `undefined` where nobody looked while it was reached. */
  readonly used: number | undefined;
}

interface Seen {
  readonly path: string;
  readonly before: number;
  events: PidsEvents;
  limit: Limit | undefined;
}

interface Limit {
  readonly path: string;
  readonly limit: number;
  readonly used: number;
}

/** Follows the kernel's count of refusals in each cgroup over a window. */
export class PidsRefusals {
  readonly #root: string;
  readonly #hierarchy: PidsHierarchy | undefined;
  readonly #seen = new Map<string, Seen>();

  /** @param root - Where the machine's file tree starts; empty but for fixtures. */
  constructor(root = '') {
    this.#root = root;
    this.#hierarchy = findPidsHierarchy(root);
  }

  /** The window opens: what was counted before is not of it. */
  open(): void {
    this.#seen.clear();
    if (this.#hierarchy === undefined) return;
    for (const [path, events] of walkPidsEvents(this.#hierarchy)) {
      this.#note(this.#hierarchy, path, events, events.refused);
    }
  }

  /** A process was refused: look at its cgroup and those above while they are there. */
  look(pid: number): void {
    if (this.#hierarchy === undefined) return;
    for (const path of upwards(readPidsPath(this.#hierarchy, pid, this.#root) ?? '')) {
      const events = readPidsEvents(this.#hierarchy, path);
      // A cgroup that was not there when the window opened began at 0.
      if (events !== undefined) this.#note(this.#hierarchy, path, events, 0);
    }
  }

  /** The window closes. */
  close(): void {
    if (this.#hierarchy === undefined) return;
    for (const [path, events] of walkPidsEvents(this.#hierarchy)) {
      this.#note(this.#hierarchy, path, events, 0);
    }
  }

  /** The most refusals first. */
  get refusals(): PidsRefusal[] {
    const byDirectory = new Map<string, PidsRefusal>();
    for (const { path, before, events, limit } of this.#seen.values()) {
      const count = events.refused - before;
      if (count <= 0) continue;
      const directory = `${this.#hierarchy?.mount ?? ''}${limit?.path ?? path}`;
      const known = byDirectory.get(directory);
      byDirectory.set(directory, {
        directory,
        count: count + (known?.count ?? 0),
        limit: limit?.limit,
        used: highest(known?.used, limit),
      });
    }
    return [...byDirectory.values()].sort((a, b) => b.count - a.count);
  }

  #note(hierarchy: PidsHierarchy, path: string, events: PidsEvents, before: number): void {
    const inode = readInode(hierarchy, path);
    if (inode === undefined) return;
    const known = this.#seen.get(inode);
    if (known === undefined) {
      const limit = events.refused > before ? findLimit(hierarchy, path, events) : undefined;
      this.#seen.set(inode, { path, before, events, limit });
      return;
    }
    if (events.refused > known.events.refused) {
      const limit = findLimit(hierarchy, path, events);
      // Looked at a moment after the refusal: what was higher before was nearer to it.
      const isHigher = limit !== undefined && limit.used >= (known.limit?.used ?? 0);
      known.limit = isHigher ? limit : known.limit;
    }
    known.events = events;
  }
}

function highest(known: number | undefined, limit: Limit | undefined): number | undefined {
  const used = limit !== undefined && limit.used >= limit.limit ? limit.used : undefined;
  return known !== undefined && used !== undefined ? Math.max(known, used) : (known ?? used);
}

/** Whose limit refused a caller: the only one upwards, or the only one that is reached; else it cannot be told. */
function findLimit(
  hierarchy: PidsHierarchy,
  path: string,
  { countsAt }: PidsEvents,
): Limit | undefined {
  const limits = (countsAt === 'limit' ? [path] : upwards(path)).flatMap((candidate) => {
    const limit = readPidsLimit(hierarchy, candidate);
    return limit === undefined ? [] : [{ path: candidate, ...limit }];
  });
  const reached = limits.filter(({ limit, used }) => used >= limit);
  const [only, ...others] = limits.length > 1 ? reached : limits;
  return others.length === 0 ? only : undefined;
}
