import { type CgroupPart, toKernelPath } from '../host/views/cgroup-part.ts';
import { readStat } from '../procfs/process.ts';
import { readText } from '../procfs/read-text.ts';
import { identify, type Zombie } from '../procfs/zombies.ts';

/** A process with zombies: children that it has not waited for. A value that can be written as JSON. */
export interface ZombieParent {
  readonly id: number;
  /** A byte string; `null` where it is gone. */
  readonly comm: string | null;
  /** Below the cgroup v2 mount, a byte string; `null` where there is none, or it is gone. */
  readonly cgroup: string | null;
  readonly children: number;
  /** Children that became zombies in the window. */
  readonly newChildren: number;
  /** When the oldest of the children was started: clock ticks since boot. Nothing tells when one ended. */
  readonly oldestTicks: number;
  /** The children by the moment since when they are known, on the kernel's clock; for windows that are put together later. */
  readonly since?: Readonly<Record<string, number>>;
}

/**
 * Who has zombies at the end of a window, the process with most of them first.
 *
 * @param before - The zombies that there were when the window opened.
 * @param now - Those at its end.
 * @param root - Where the file tree starts whose /proc shows them.
 * @param part - What we see of the tree of cgroups; absent where it is all.
 * @param sinceNs - Since when a zombie is known, on the kernel's clock; `undefined` where nobody asks.
 */
export function readZombieParents(
  before: readonly Zombie[],
  now: readonly Zombie[],
  root = '',
  part?: CgroupPart,
  sinceNs?: (zombie: Zombie) => number,
): ZombieParent[] {
  const known = new Set(before.map(identify));
  const children = new Map<number, Zombie[]>();
  for (const child of now) {
    if (child.hasThreads) continue;
    const siblings = children.get(child.parent);
    if (siblings === undefined) children.set(child.parent, [child]);
    else siblings.push(child);
  }
  return [...children]
    .map(([id, own]) => ({
      id,
      comm: readStat(id, root)?.comm ?? null,
      cgroup: readCgroup(id, root, part),
      children: own.length,
      newChildren: own.filter((child) => !known.has(identify(child))).length,
      oldestTicks: Math.min(...own.map(({ startTicks }) => startTicks)),
      ...(sinceNs === undefined ? {} : { since: Object.fromEntries(countBy(own, sinceNs)) }),
    }))
    .sort((a, b) => b.children - a.children || a.id - b.id);
}

function countBy(zombies: readonly Zombie[], keyOf: (zombie: Zombie) => number) {
  const counts = new Map<number, number>();
  for (const zombie of zombies) counts.set(keyOf(zombie), (counts.get(keyOf(zombie)) ?? 0) + 1);
  return counts;
}

function readCgroup(id: number, root: string, part: CgroupPart | undefined): string | null {
  const path = /^0::(.*)$/m.exec(readText(`${root}/proc/${id}/cgroup`) ?? '')?.[1];
  return path === undefined ? null : (toKernelPath(path, part) ?? null);
}
