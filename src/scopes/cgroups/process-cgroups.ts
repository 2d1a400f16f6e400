import { existsSync } from 'node:fs';
import { boundPath } from '../../procfs/bounded-path.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { Memory } from '../tasks/gone-processes.ts';

/** Processes whose cgroup is remembered. Most machines have fewer. */
const MOST_REMEMBERED = 32_768;

/** Longest time that a path from /proc is used: a process may be moved, and its id may be given to another one. */
const RECHECK_MS = 5_000;

/** Processes that are looked at again beside one dump, in 15 µs each; the others are where they were. */
const MOST_LOOKS = 500;

/** Texts of /proc whose paths are kept: all processes of a cgroup have the same. */
const MOST_TEXTS = 1_024;

interface Known {
  readonly paths: readonly string[];
  readonly checkedAtMs: number;
}

/** Where a process is in the hierarchies of version 1, the deepest path first, and in version 2. Byte strings. */
export interface ProcessPaths {
  readonly v1: readonly string[];
  readonly v2: string | undefined;
}

/**
 * Finds the cgroups of version 1 in which a process is: the kernel's keys hold those of version 2 alone.
 *
 * In version 1 a process has a cgroup in each hierarchy. The deepest path says most: a service of systemd without accounting
 * has a cgroup of its own only in systemd's hierarchy.
 */
export class ProcessCgroups implements Memory {
  readonly #mounts: readonly string[];
  readonly #readOwn: (id: number) => string | undefined;
  readonly #known = new BoundedMap<number, Known>(MOST_REMEMBERED);
  /** When a process was found to be gone. */
  readonly #goneAtMs = new BoundedMap<number, number>(MOST_REMEMBERED);
  /** The same arrays for all processes of a cgroup. */
  readonly #parsed = new BoundedMap<string, ProcessPaths>(MOST_TEXTS);
  #dumpAtMs = Number.NEGATIVE_INFINITY;
  #looks = 0;

  /**
   * @param mounts - Where hierarchies of version 1 are mounted, as byte strings.
   * @param readOwn - The content of `/proc/ID/cgroup`; `undefined` where the process is gone.
   */
  constructor(mounts: readonly string[], readOwn: (id: number) => string | undefined) {
    this.#mounts = mounts;
    this.#readOwn = readOwn;
  }

  /** Where a process is now; `undefined` where it is gone. */
  read(id: number): ProcessPaths | undefined {
    const text = this.#readOwn(id);
    if (text === undefined) return undefined;
    const paths = this.#parsed.get(text) ?? parsePaths(text);
    this.#parsed.set(text, paths);
    return paths;
  }

  *ids(): Iterable<number> {
    yield* this.#known.keys();
    yield* this.#goneAtMs.keys();
  }

  forget(id: number): void {
    this.#known.delete(id);
    this.#goneAtMs.delete(id);
  }

  /**
   * The paths of a task's cgroups when it was last looked at, the deepest first. A task that is gone, or that has no id in its key, counts where its
   * parent is, because it was created there.
   *
   * @param nowMs - On any clock that never steps back; the same for all events of a dump.
   * @returns None where its parent is gone too.
   */
  pathsOf({ id, parent }: TaskKey, nowMs: number): readonly string[] {
    if (nowMs !== this.#dumpAtMs) this.#looks = 0;
    this.#dumpAtMs = nowMs;
    return this.#find(id, nowMs) ?? this.#find(parent, nowMs) ?? [];
  }

  /** Whether a cgroup with this path exists in any hierarchy. */
  isLive(path: string): boolean {
    return this.#mounts.some((mount) => existsSync(Buffer.from(`${mount}${path}`, 'latin1')));
  }

  #find(id: number, nowMs: number): readonly string[] | undefined {
    if (id === 0) return undefined;
    const known = this.#known.get(id);
    if (known !== undefined && !this.#isDue(known, nowMs)) return known.paths;
    const isGone = nowMs - (this.#goneAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < RECHECK_MS;
    const paths = isGone ? undefined : this.read(id)?.v1;
    if (paths === undefined || paths.length === 0) {
      if (!isGone) this.#goneAtMs.set(id, nowMs);
      // The paths from before the process ended.
      return known?.paths;
    }
    this.#known.set(id, { paths, checkedAtMs: nowMs });
    return paths;
  }

  /** Once for each dump, as long as there are not too many. */
  #isDue({ checkedAtMs }: Known, nowMs: number): boolean {
    if (checkedAtMs === nowMs) return false;
    if (nowMs - checkedAtMs >= RECHECK_MS) return true;
    this.#looks += 1;
    return this.#looks <= MOST_LOOKS;
  }
}

/**
 * The paths in `/proc/ID/cgroup`, which has lines such as `4:memory:/docker/0123`, and `0::/a` for version 2. Outside of our
 * cgroup namespace they begin with `/..`, which names nothing.
 */
export function parsePaths(text: string): ProcessPaths {
  const v1: string[] = [];
  let v2: string | undefined;
  for (const [, number, rest = ''] of text.matchAll(/^(\d+):[^:]*:(\/.*)$/gm)) {
    // The kernel writes this behind the path of a zombie whose cgroup was removed.
    const path = boundPath(rest.replace(/ \(deleted\)$/, ''));
    if (number === '0') v2 = path;
    else if (!path.startsWith('/..')) v1.push(path);
  }
  const depth = (path: string) => path.split('/').filter((name) => name !== '').length;
  return { v1: [...v1].sort((a, b) => depth(b) - depth(a)), v2 };
}
