import { type Dirent, readdirSync, statSync } from 'node:fs';
import type { TaskKey } from '../../program/key/parse.ts';
import { BoundedMap } from './bounded-map.ts';

/** Removed cgroups whose path is kept: events of their last tasks may still come. */
const KEPT_GONE = 4_096;

const TWO_TO_32 = 2n ** 32n;

/**
 * Finds the path of a cgroup by its id, which is the inode number of its directory. The kernel never uses an id again.
 *
 * Ids are decimal strings, because the kernel's have 64 bits. Paths are byte strings relative to the mount: `/` or
 * `/system.slice/nginx.service`.
 *
 * @see kernel:include/linux/kernfs.h `kernfs_ino`
 */
export class CgroupPaths {
  readonly #directory: string;
  #live = new Map<string, string>();
  #liveIds = new Map<string, string>();
  readonly #gone = new BoundedMap<string, string>(KEPT_GONE);
  /** Ids that were not found by a walk after their first event: their cgroups were removed before we looked. */
  readonly #lost = new BoundedMap<string, true>(KEPT_GONE);
  /** Begins of paths that were too long for the program; they serve for a cgroup that was removed before we looked. */
  readonly #begins = new BoundedMap<string, string>(KEPT_GONE);
  #walkedAtMs = Number.NEGATIVE_INFINITY;

  /** @param directory - Where version 2 is mounted, as a byte string. */
  constructor(directory: string) {
    this.#directory = directory === '/' ? '' : directory;
  }

  /**
   * The path of a cgroup, or of a removed one the path that it had. For an unknown id all cgroups are looked at (`walk`, 30 µs
   * for each cgroup): once for all ids of a dump, and once for each id, because a cgroup that a walk after its event does not
   * find is removed.
   *
   * @param nowMs - On any clock that never steps back; the same for all events of a dump.
   * @returns The begin of the path where no more is known; `undefined` for a cgroup that was removed before we looked.
   */
  lookUp(id: string, nowMs: number): string | undefined {
    return this.#lookUpWhole(id, nowMs) ?? this.#begins.get(id);
  }

  #lookUpWhole(id: string, nowMs: number): string | undefined {
    const known = this.#find(id);
    if (known !== undefined || this.#lost.has(id)) return known;
    if (nowMs > this.#walkedAtMs) this.walk(nowMs);
    const found = this.#find(id);
    if (found === undefined && this.#live.size > 0) this.#lost.set(id, true);
    return found;
  }

  /** The path of the cgroup that a task is in. */
  pathOf({ cgroup }: TaskKey, nowMs: number): string | undefined {
    return this.lookUp(cgroup, nowMs);
  }

  /** Whether a cgroup with this path exists, at the last walk or event. */
  isLive(path: string): boolean {
    return this.#liveIds.has(path);
  }

  /**
   * The kernel has made a cgroup.
   *
   * @param path - As the tracepoint `cgroup:cgroup_mkdir` gives it. Of version 2 alone (`root == 0`), because each
   * hierarchy counts its own ids; since Linux 5.5, because before that the tracepoint shows other ids.
   * @param isCut - It is the begin of a longer path.
   */
  learn(id: string, path: string, isCut = false): void {
    if (!path.startsWith('/')) return;
    if (isCut) {
      this.#begins.set(id, path);
      return;
    }
    const inode = this.#readInode(path);
    this.#lost.delete(id);
    // It was removed, and another cgroup may have this path by now.
    if (inode !== id) {
      this.#gone.set(id, path);
      return;
    }
    this.forget(this.#liveIds.get(path) ?? id);
    this.#live.set(id, path);
    this.#liveIds.set(path, id);
  }

  /** The kernel has removed a cgroup (`cgroup:cgroup_rmdir`, of version 2). Its path is found until 4,096 others are gone. */
  forget(id: string): void {
    const path = this.#live.get(id);
    if (path === undefined) return;
    this.#live.delete(id);
    this.#liveIds.delete(path);
    this.#gone.set(id, path);
  }

  /** Look at all cgroups. */
  walk(nowMs: number): void {
    this.#walkedAtMs = nowMs;
    const found = this.#readAll();
    // Not even the root could be read: what was known before is kept.
    if (found.size === 0) return;
    for (const [id, path] of this.#live) {
      if (!found.has(id)) this.#gone.set(id, path);
    }
    this.#live = found;
    this.#liveIds = new Map([...found].map(([id, path]) => [path, id]));
  }

  #find(id: string): string | undefined {
    const inode = toInode32(id);
    return this.#findInode(id) ?? (inode === undefined ? undefined : this.#findInode(inode));
  }

  #findInode(inode: string): string | undefined {
    return this.#live.get(inode) ?? this.#gone.get(inode);
  }

  /** Not recursive, because there is no limit to how deep cgroups go. */
  #readAll(): Map<string, string> {
    const found = new Map<string, string>();
    const waiting = ['/'];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const inode = this.#readInode(path);
      if (inode === undefined) continue;
      found.set(inode, path);
      const parent = path === '/' ? '' : path;
      for (const entry of this.#readEntries(path)) {
        if (entry.isDirectory()) waiting.push(`${parent}/${entry.name}`);
      }
    }
    return found;
  }

  #readInode(path: string): string | undefined {
    try {
      return String(statSync(this.#locate(path), { bigint: true }).ino);
    } catch {
      // Removed since it was listed, or closed to us.
      return undefined;
    }
  }

  #readEntries(path: string): Dirent[] {
    try {
      return readdirSync(this.#locate(path), { withFileTypes: true, encoding: 'latin1' });
    } catch {
      // Removed since we looked at it, or closed to us.
      return [];
    }
  }

  #locate(path: string): Buffer {
    return Buffer.from(`${this.#directory}${path}`, 'latin1');
  }
}

/** Before Linux 5.5, and on machines of 32 bits, the inode number is the lower half of the id; above it is a generation. */
function toInode32(id: string): string | undefined {
  if (!/^\d{10,20}$/.test(id)) return undefined;
  const value = BigInt(id);
  return value < TWO_TO_32 ? undefined : String(value % TWO_TO_32);
}
