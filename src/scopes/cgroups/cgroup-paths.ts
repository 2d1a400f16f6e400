import { type Dirent, readdirSync, statSync } from 'node:fs';
import type { TaskKey } from '../../program/key/parse.ts';
import { BoundedMap } from './bounded-map.ts';

/** Cgroups that are gone and whose name is kept, because events of their last tasks may still come. */
const KEPT_GONE = 4_096;

const TWO_TO_32 = 2n ** 32n;

/**
 * Knows the path of each cgroup by its id, which is the inode number of its directory. The kernel gives no id again.
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
  /** Ids that a walk after their first event did not find: their cgroups were gone before anybody looked. */
  readonly #lost = new BoundedMap<string, true>(KEPT_GONE);
  /** Begins of paths that came cut; they do for a cgroup that nobody could look at. */
  readonly #begins = new BoundedMap<string, string>(KEPT_GONE);
  #walkedAtMs = Number.NEGATIVE_INFINITY;

  /** @param directory - Where version 2 is mounted, as a byte string. */
  constructor(directory: string) {
    this.#directory = directory === '/' ? '' : directory;
  }

  /**
   * The path of a cgroup, or the one that it had. An id that is not known costs a walk over all cgroups (30 µs for each),
   * at most one for all ids that are asked for at the same time, and one for each id: a cgroup that had an event before
   * a walk, and that the walk does not find, is gone. A walk before the event says nothing, however short before.
   *
   * @param nowMs - On any clock that never steps back; the same for all events of a dump.
   * @returns The begin of the path where only that came to be known; `undefined` for a cgroup that nobody saw.
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

  /** Whether a cgroup with this path exists, as far as was seen. */
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
    // Gone, or gone and another cgroup has this path by now.
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

  /** Look at every cgroup that there is. To be called once at the start, so that the first events find their names. */
  walk(nowMs: number): void {
    this.#walkedAtMs = nowMs;
    const found = this.#readAll();
    // Not even the root could be read: what was known before is better than nothing.
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

  /** One directory after the other instead of one in the other: how deep cgroups go is up to their makers. */
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
      // Removed since it was listed, or closed to us: either way there is nothing to learn of it.
      return undefined;
    }
  }

  #readEntries(path: string): Dirent[] {
    try {
      return readdirSync(this.#locate(path), { withFileTypes: true, encoding: 'latin1' });
    } catch {
      // Removed since we looked at it, or closed to us: what is below it stays unknown.
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
