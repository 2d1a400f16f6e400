import { statSync } from 'node:fs';
import { type FoundCgroup, MOST_CGROUPS, walkCgroups } from '../../procfs/walk-cgroups.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import { BoundedMap } from '../bounded-map.ts';

/** Removed cgroups whose path is kept: events of their last tasks may still come. */
const KEPT_GONE = 4_096;

/** Walks that take longer are made seldom, so that they take a tenth of the time at most. */
const DEAR_WALK_MS = 100;
const PAUSE_AFTER_DEAR_WALK = 10;

const TWO_TO_32 = 2n ** 32n;

/**
 * Finds the path of a cgroup by its id, which is the inode number of its directory. The kernel never uses an id again.
 *
 * Ids are decimal strings, because the kernel's have 64 bits. Paths are byte strings relative to the mount: `/` or
 * `/system.slice/nginx.service`. One that is too deep or too long is that of a cgroup above it; see `boundPath`.
 *
 * @see kernel:include/linux/kernfs.h `kernfs_ino`
 */
export class CgroupPaths {
  readonly #directory: string;
  readonly #top: string | null;
  #live = new Map<string, string>();
  #liveIds = new Map<string, string>();
  readonly #gone = new BoundedMap<string, string>(KEPT_GONE);
  /** Ids that were not found by a walk after their first event: their cgroups were removed before we looked. */
  readonly #lost = new BoundedMap<string, true>(KEPT_GONE);
  /** Begins of paths that were too long for the program, and paths outside of the mount; they serve where nothing is found. */
  readonly #begins = new BoundedMap<string, string>(KEPT_GONE);
  #walkedAtMs = Number.NEGATIVE_INFINITY;
  #walkTookMs = 0;
  readonly #clock: () => number;

  /**
   * @param directory - Where version 2 is mounted, as a byte string.
   * @param top - The path of what is mounted there in the kernel's tree: empty for its root; `null` where nobody knows it.
   * @param clock - Tells how long a walk takes, in milliseconds.
   */
  constructor(directory: string, top: string | null = '', clock = () => performance.now()) {
    this.#directory = directory === '/' ? '' : directory;
    this.#top = top;
    this.#clock = clock;
  }

  /**
   * The path of a cgroup, or of a removed one the path that it had. For an unknown id all cgroups are looked at (`walk`, 10 µs
   * for each cgroup): once for all ids of a dump, and once for each id, because a cgroup that a walk after its event does not
   * find is removed. Where there are so many cgroups that a walk takes long, ids wait for the next one.
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
    if (nowMs > this.#walkedAtMs) {
      if (!this.#mayWalk(nowMs)) return undefined;
      this.walk(nowMs);
    }
    const found = this.#find(id);
    if (found === undefined && this.#live.size > 0) this.#lost.set(id, true);
    return found;
  }

  #mayWalk(nowMs: number): boolean {
    if (this.#walkTookMs < DEAR_WALK_MS) return true;
    return nowMs - this.#walkedAtMs >= PAUSE_AFTER_DEAR_WALK * this.#walkTookMs;
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
    const below = isCut ? undefined : this.#toBelow(path);
    if (below === undefined) {
      this.#begins.set(id, path);
      return;
    }
    const inode = this.#readInode(below);
    this.#lost.delete(id);
    // It was removed, and another cgroup may have this path by now. Or nobody told of many that were.
    if (inode !== id || this.#live.size >= MOST_CGROUPS) {
      this.#gone.set(id, path);
      return;
    }
    this.forget(this.#liveIds.get(path) ?? id);
    this.#live.set(id, path);
    this.#liveIds.set(path, id);
  }

  /** The kernel has removed a cgroup (`cgroup:cgroup_rmdir`, of version 2). Its path is found until about 4,000 others are gone. */
  forget(id: string): void {
    const path = this.#live.get(id);
    if (path === undefined) return;
    this.#live.delete(id);
    if (this.#liveIds.get(path) === id) this.#liveIds.delete(path);
    this.#gone.set(id, path);
  }

  /** Look at all cgroups. */
  walk(nowMs: number): void {
    this.#walkedAtMs = nowMs;
    const startMs = this.#clock();
    const found = this.#inKernelTree(walkCgroups(this.#directory));
    this.#walkTookMs = this.#clock() - startMs;
    // Not even the root could be read: what was known before is kept.
    if (found.length === 0) return;
    const before = this.#live;
    this.#live = new Map(found.map(({ id, path }) => [id, path]));
    this.#liveIds = new Map(
      found.filter(({ isWhole }) => isWhole).map(({ id, path }) => [path, id]),
    );
    for (const [id, path] of before) {
      if (!this.#live.has(id)) this.#gone.set(id, path);
    }
  }

  #find(id: string): string | undefined {
    const inode = toInode32(id);
    return this.#findInode(id) ?? (inode === undefined ? undefined : this.#findInode(inode));
  }

  #findInode(inode: string): string | undefined {
    return this.#live.get(inode) ?? this.#gone.get(inode);
  }

  /** What was found below the mount, by the paths of the kernel's tree. The root of that tree has id 1. */
  #inKernelTree(found: readonly FoundCgroup[]): readonly FoundCgroup[] {
    const top = this.#top;
    if (top === '' || found.length === 0) return found;
    const below = found.flatMap((one) => {
      if (top !== null) return [{ ...one, path: one.path === '/' ? top : `${top}${one.path}` }];
      return one.path === '/' ? [] : [one];
    });
    return [{ id: '1', path: '/', isWhole: true }, ...below];
  }

  /** A path of the kernel's tree, below the mount; `undefined` where it is outside, or nobody knows. */
  #toBelow(path: string): string | undefined {
    const top = this.#top;
    if (top === '' || top === path) return top === '' ? path : '/';
    return top !== null && path.startsWith(`${top}/`) ? path.slice(top.length) : undefined;
  }

  #readInode(path: string): string | undefined {
    try {
      return String(
        statSync(Buffer.from(`${this.#directory}${path}`, 'latin1'), { bigint: true }).ino,
      );
    } catch {
      // Removed already, or closed to us.
      return undefined;
    }
  }
}

/** Before Linux 5.5, and on machines of 32 bits, the inode number is the lower half of the id; above it is a generation. */
function toInode32(id: string): string | undefined {
  if (!/^\d{10,20}$/.test(id)) return undefined;
  const value = BigInt(id);
  return value < TWO_TO_32 ? undefined : String(value % TWO_TO_32);
}
