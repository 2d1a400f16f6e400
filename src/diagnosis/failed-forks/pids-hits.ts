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

/** Forks that failed at the limit of a cgroup, by the kernel's own counter: exact. */
export interface PidsHit {
  /** Directory of the cgroup whose limit it was; where that is not known, of the one in which the callers were. */
  readonly directory: string;
  readonly count: number;
  /** `undefined` where it is not known whose limit it was. */
  readonly limit: number | undefined;
  /** Tasks that count against the limit, the highest number that was read; `undefined` where none was read while it was reached. */
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

/** Follows each cgroup's count of forks that met a pids limit, over a window. */
export class PidsHits {
  readonly #root: string;
  readonly #hierarchy: PidsHierarchy | undefined;
  readonly #seen = new Map<string, Seen>();

  /** @param root - Where the machine's file tree starts; empty but for fixtures. */
  constructor(root = '') {
    this.#root = root;
    this.#hierarchy = findPidsHierarchy(root);
  }

  /** Open the window: failed forks from before do not belong to it. */
  open(): void {
    this.#seen.clear();
    if (this.#hierarchy === undefined) return;
    for (const [path, events] of walkPidsEvents(this.#hierarchy)) {
      this.#note(this.#hierarchy, path, events, events.hits);
    }
  }

  /** A fork of a process failed: look at its cgroup and those above while they exist. */
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

  /** The cgroup with most hits first. */
  get hits(): PidsHit[] {
    const byDirectory = new Map<string, PidsHit>();
    for (const { path, before, events, limit } of this.#seen.values()) {
      const count = events.hits - before;
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
      const limit = events.hits > before ? findLimit(hierarchy, path, events) : undefined;
      this.#seen.set(inode, { path, before, events, limit });
      return;
    }
    if (events.hits > known.events.hits) {
      const limit = findLimit(hierarchy, path, events);
      // This is read a moment after the fork failed: a higher number that was read before is nearer to the truth.
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

/** Whose limit a caller met: the only one upwards, or the only one that is reached; else it is not known. */
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
