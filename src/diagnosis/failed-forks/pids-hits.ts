import { isOpenWholeTree } from '../../host/views/cgroup-part.ts';
import { Seldom } from '../../procfs/seldom.ts';
import type { Range } from '../../procfs/tasks.ts';
import { BoundedCount } from './bounded-count.ts';
import { findPath, type Hierarchy, upwards } from './controller.ts';
import {
  findPidsHierarchy,
  listCgroups,
  readInode,
  readPidsEvents,
  readPidsPath,
} from './pids-hierarchy.ts';
import { findLimit, highestUse, type Limit } from './whose-limit.ts';

/** Forks that failed at the limit of a cgroup, by the kernel's own counter. */
export interface PidsHit {
  /** Directory of the cgroup whose limit it was; where that is not known, of the one in which the callers were. */
  readonly directory: string;
  /** Of the window: the counter is not read at the very moments at which its dumps are cut. */
  readonly count: Range;
  /** What was read just after both edges, within the bounds. */
  readonly read: number;
  /** `undefined` where it is not known whose limit it was. */
  readonly limit: number | undefined;
  /** Tasks that count against the limit, the highest number that was read; `undefined` where none was read while it was reached. */
  readonly used: number | undefined;
}

/** The cgroups of the pids controller, as they were at the last look. */
export interface PidsPlaces {
  readonly hierarchy: Hierarchy;
  /** Below its mount, without the root. */
  readonly paths: readonly string[];
  /** False where only a part of the tree is mounted. */
  readonly isWhole: boolean;
}

interface Seen {
  readonly path: string;
  readonly hits: BoundedCount;
  /** When the window opened. */
  open: Range;
  limit: Limit | undefined;
}

/** Follows each cgroup's count of forks that met a pids limit, over a window. Moments are on the kernel's clock. */
export class PidsHits {
  readonly #root: string;
  readonly #hierarchy: Hierarchy | undefined;
  readonly #seen = new Map<string, Seen>();
  #isPrepared = false;
  #closed: readonly PidsHit[] = [];

  readonly #nowNs: () => number;
  readonly #turns: Seldom;
  #paths: readonly string[] = [];

  /**
   * @param root - Where the machine's file tree starts; empty but for fixtures.
   * @param nowNs - Reads the clock on which dumps are cut.
   * @param turns - Says how often `turn` looks at all cgroups.
   */
  constructor(root: string, nowNs: () => number, turns = new Seldom()) {
    this.#turns = turns;
    this.#root = root;
    this.#nowNs = nowNs;
    this.#hierarchy = findPidsHierarchy(root);
  }

  /** A window is about to open. */
  prepare(): void {
    this.#seen.clear();
    this.#walk();
    this.#isPrepared = true;
  }

  /** The window has opened: failed forks from before do not belong to it. */
  open(cutNs: number): void {
    if (!this.#isPrepared) this.#seen.clear();
    this.#walk();
    for (const seen of this.#seen.values()) {
      // What was read in time began at 0 where it was not there.
      seen.open = seen.hits.at(cutNs, this.#isPrepared ? 0 : seen.hits.latest);
      seen.limit = undefined;
    }
    this.#isPrepared = false;
  }

  /** A fork of a process failed: look at its cgroup and those above while they exist. @returns The directory of its cgroup. */
  look(pid: number): string | undefined {
    if (this.#hierarchy === undefined) return undefined;
    const path = readPidsPath(this.#hierarchy, pid, this.#root);
    for (const above of upwards(path ?? '')) {
      this.#read(this.#hierarchy, above);
    }
    return path === undefined ? undefined : `${this.#hierarchy.mount}${path}`;
  }

  /** The directory of a process's cgroup. @param cgroups - Content of its `cgroup` file. */
  directoryOf(cgroups: string): string | undefined {
    const path = this.#hierarchy && findPath(this.#hierarchy, 'pids', cgroups);
    return path === undefined ? undefined : `${this.#hierarchy?.mount}${path}`;
  }

  /** The window has closed. */
  close(cutNs: number): void {
    this.#walk();
    this.#closed = this.#sum(cutNs);
  }

  /**
   * The window has closed, and the next one has opened with the same dump. Where there are very many cgroups, only those in
   * which forks failed have been looked at: what others add is then of a later window.
   */
  turn(cutNs: number): void {
    const live = this.#turns.run(() => this.#walk());
    this.#closed = this.#sum(cutNs);
    for (const [inode, seen] of this.#seen) {
      if (live !== undefined && !live.has(inode)) this.#seen.delete(inode);
      seen.open = seen.hits.at(cutNs, seen.open.low);
      seen.limit = undefined;
    }
  }

  /** Of the window that has closed, the cgroup with most hits first. */
  get hits(): readonly PidsHit[] {
    return this.#closed;
  }

  /** `undefined` where the pids controller is not mounted. */
  get places(): PidsPlaces | undefined {
    const hierarchy = this.#hierarchy;
    return (
      hierarchy && { hierarchy, paths: this.#paths, isWhole: isOpenWholeTree(hierarchy.mount) }
    );
  }

  #sum(cutNs: number): PidsHit[] {
    const byDirectory = new Map<string, PidsHit>();
    for (const { path, hits, open, limit } of this.#seen.values()) {
      const close = hits.at(cutNs, open.low);
      const low = Math.max(0, close.low - open.high);
      const high = close.high - open.low;
      if (high <= 0) continue;
      const directory = `${this.#hierarchy?.mount ?? ''}${limit?.path ?? path}`;
      const known = byDirectory.get(directory);
      byDirectory.set(directory, {
        directory,
        count: { low: low + (known?.count.low ?? 0), high: high + (known?.count.high ?? 0) },
        read: Math.max(0, close.high - open.high) + (known?.read ?? 0),
        limit: limit?.limit,
        used: highestUse(known?.used, limit),
      });
    }
    return [...byDirectory.values()].sort((a, b) => b.count.high - a.count.high);
  }

  /** Look at all cgroups. @returns Their inodes. */
  #walk(): ReadonlySet<string> {
    const inodes = new Set<string>();
    if (this.#hierarchy === undefined) return inodes;
    this.#paths = listCgroups(this.#hierarchy);
    for (const path of this.#paths) {
      const inode = this.#read(this.#hierarchy, path);
      if (inode !== undefined) inodes.add(inode);
    }
    return inodes;
  }

  /** @returns The inode of the cgroup; `undefined` where it is gone or has no limit. */
  #read(hierarchy: Hierarchy, path: string): string | undefined {
    const beganNs = this.#nowNs();
    const events = readPidsEvents(hierarchy, path);
    const endedNs = this.#nowNs();
    const inode = readInode(hierarchy, path);
    if (inode === undefined || events === undefined) return undefined;
    // A cgroup that was not there when the window opened began at 0.
    const seen = this.#seen.get(inode) ?? {
      path,
      hits: new BoundedCount(),
      open: { low: 0, high: 0 },
      limit: undefined,
    };
    this.#seen.set(inode, seen);
    if (events.hits > seen.hits.latest) {
      const limit = findLimit(hierarchy, path, events);
      // This is read a moment after the fork failed: a higher number that was read before is nearer to the truth.
      const isHigher = limit !== undefined && limit.used >= (seen.limit?.used ?? 0);
      seen.limit = isHigher ? limit : seen.limit;
    }
    seen.hits.note(events.hits, beganNs, endedNs);
    return inode;
  }
}
