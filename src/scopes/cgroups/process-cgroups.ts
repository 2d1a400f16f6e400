import { existsSync } from 'node:fs';
import { readText } from '../../procfs/read-text.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import { BoundedMap } from './bounded-map.ts';

/** Processes whose cgroup is remembered. Most machines have fewer. */
const MOST_REMEMBERED = 32_768;

/** How long a path from /proc is used: a process may be moved, and its id may be given to another one. */
const RECHECK_MS = 5_000;

interface Known {
  readonly path: string;
  readonly checkedAtMs: number;
}

/**
 * Finds the cgroup of a process where only version 1 is mounted: the kernel's keys then hold no cgroup.
 *
 * In version 1 a process has a cgroup in each hierarchy. The deepest path says most: a service of systemd without accounting
 * has a cgroup of its own only in systemd's hierarchy.
 */
export class ProcessCgroups {
  readonly #mounts: readonly string[];
  readonly #readOwn: (id: number) => string | undefined;
  readonly #known = new BoundedMap<number, Known>(MOST_REMEMBERED);
  /** When a process was found to be gone. */
  readonly #goneAtMs = new BoundedMap<number, number>(MOST_REMEMBERED);

  /**
   * @param mounts - Where hierarchies of version 1 are mounted, as byte strings.
   * @param readOwn - The content of `/proc/ID/cgroup`; `undefined` where the process is gone.
   */
  constructor(mounts: readonly string[], readOwn = (id: number) => readText(`/proc/${id}/cgroup`)) {
    this.#mounts = mounts;
    this.#readOwn = readOwn;
  }

  /**
   * The path of a task's cgroup when it was last looked at. A task that is gone, or that has no id in its key, counts where its
   * parent is, because it was created there.
   *
   * @param nowMs - On any clock that never steps back.
   * @returns `undefined` where its parent is gone too.
   */
  pathOf({ id, parent }: TaskKey, nowMs: number): string | undefined {
    return this.#find(id, nowMs) ?? this.#find(parent, nowMs);
  }

  /** Whether a cgroup with this path exists in any hierarchy. */
  isLive(path: string): boolean {
    return this.#mounts.some((mount) => existsSync(Buffer.from(`${mount}${path}`, 'latin1')));
  }

  #find(id: number, nowMs: number): string | undefined {
    if (id === 0) return undefined;
    const known = this.#known.get(id);
    if (known !== undefined && nowMs - known.checkedAtMs < RECHECK_MS) return known.path;
    const isGone = nowMs - (this.#goneAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < RECHECK_MS;
    const path = isGone ? undefined : findDeepest(this.#readOwn(id) ?? '');
    if (path === undefined) {
      if (!isGone) this.#goneAtMs.set(id, nowMs);
      // The path from before the process ended.
      return known?.path;
    }
    this.#known.set(id, { path, checkedAtMs: nowMs });
    return path;
  }
}

/**
 * The deepest path in `/proc/ID/cgroup`, which has lines such as `4:memory:/docker/0123`; the first of several.
 */
export function findDeepest(text: string): string | undefined {
  const paths = [...text.matchAll(/^[1-9]\d*:[^:]*:(\/.*)$/gm)].map(([, path = '']) => path);
  const depth = (path: string) => path.split('/').filter((name) => name !== '').length;
  return paths.toSorted((a, b) => depth(b) - depth(a))[0];
}
