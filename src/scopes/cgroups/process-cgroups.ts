import { existsSync } from 'node:fs';
import { readText } from '../../procfs/read-text.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import { BoundedMap } from './bounded-map.ts';

/** Processes whose cgroup is remembered; more than most machines have. */
const MOST_REMEMBERED = 32_768;

/** How long what /proc said is believed: a process may be moved, and its id may be given to another one. */
const RECHECK_MS = 5_000;

interface Known {
  readonly path: string;
  readonly checkedAtMs: number;
}

/**
 * Knows the cgroup of each process where only version 1 is mounted, whose cgroups stand in no key of the kernel's.
 *
 * A process is in several hierarchies there. The path that is deepest says most: without accounting, a service of systemd
 * is told apart in systemd's own hierarchy only.
 */
export class ProcessCgroups {
  readonly #mounts: readonly string[];
  readonly #readOwn: (id: number) => string | undefined;
  readonly #known = new BoundedMap<number, Known>(MOST_REMEMBERED);
  /** When somebody was found to be gone. */
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
   * The path of the cgroup that a task is in, or was when it was last looked at. A task that is gone, or that has no id in
   * its key, is where its parent is: it was born there.
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
      // Where it was before it ended.
      return known?.path;
    }
    this.#known.set(id, { path, checkedAtMs: nowMs });
    return path;
  }
}

/**
 * The path that is deepest of those in `/proc/ID/cgroup`, lines of `4:memory:/docker/0123`; of some that are as deep as each
 * other the first.
 */
export function findDeepest(text: string): string | undefined {
  const paths = [...text.matchAll(/^[1-9]\d*:[^:]*:(\/.*)$/gm)].map(([, path = '']) => path);
  const depth = (path: string) => path.split('/').filter((name) => name !== '').length;
  return paths.toSorted((a, b) => depth(b) - depth(a))[0];
}
