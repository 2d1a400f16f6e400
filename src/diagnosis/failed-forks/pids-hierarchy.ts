import { statSync } from 'node:fs';
import { toCount } from '../../procfs/count.ts';
import { readText } from '../../procfs/read-text.ts';
import { walkCgroups } from '../../procfs/walk-cgroups.ts';
import { findController, findPath, type Hierarchy, readNumber, toBuffer } from './controller.ts';
import type { Usage } from './task-limits.ts';

/** How often forks met a pids limit, by one cgroup's own count. */
export interface PidsEvents {
  /** Failed forks since the cgroup was made. */
  readonly hits: number;
  /**
   * `limit`: because of this cgroup's own limit (`pids.events.local` of version 2, since Linux 6.11). `caller`: to callers
   * in this cgroup, because of its limit or of one above it.
   */
  readonly countsAt: 'limit' | 'caller';
}

/** @returns `undefined` where the pids controller is not mounted. */
export function findPidsHierarchy(root = ''): Hierarchy | undefined {
  return findController('pids', root);
}

/**
 * Every cgroup, by its path below the mount; the root has no limit and no count. Those that are too deep for a path of their
 * own are left out; see `boundPath`.
 */
export function listCgroups({ mount }: Hierarchy): string[] {
  return walkCgroups(mount)
    .filter(({ path, isWhole }) => isWhole && path !== '/')
    .map(({ path }) => path);
}

/** @returns `undefined` where the cgroup is gone, or has no pids controller. */
export function readPidsEvents(hierarchy: Hierarchy, path: string): PidsEvents | undefined {
  const directory = `${hierarchy.mount}${path}`;
  // With `pids_localevents` failed forks are counted where the caller is, as before Linux 6.11.
  if (hierarchy.version === 2 && !hierarchy.options.includes('pids_localevents')) {
    const hits = parseMax(readText(toBuffer(`${directory}/pids.events.local`)));
    if (hits !== undefined) return { hits, countsAt: 'limit' };
  }
  const hits = parseMax(readText(toBuffer(`${directory}/pids.events`)));
  return hits === undefined ? undefined : { hits, countsAt: 'caller' };
}

/** The limit of a cgroup and how many tasks stand against it; `undefined` where there is no limit. */
export function readPidsLimit(hierarchy: Hierarchy, path: string): Usage | undefined {
  const limit = readNumber(hierarchy, path, 'pids.max');
  // Most cgroups have none: the other file is not read for them.
  const used = limit === undefined ? undefined : readNumber(hierarchy, path, 'pids.current');
  return limit === undefined || used === undefined ? undefined : { limit, used };
}

/** Tells one cgroup from another that was made in its place. */
export function readInode(hierarchy: Hierarchy, path: string): string | undefined {
  try {
    return String(statSync(toBuffer(`${hierarchy.mount}${path}`), { bigint: true }).ino);
  } catch {
    // Removed meanwhile.
    return undefined;
  }
}

/** The cgroup of a process below the mount of the pids controller: `''` for the root. */
export function readPidsPath(hierarchy: Hierarchy, pid: number, root = ''): string | undefined {
  return findPath(hierarchy, 'pids', readText(`${root}/proc/${pid}/cgroup`) ?? '');
}

function parseMax(text: string | undefined): number | undefined {
  return toCount(/^max (\d+)$/m.exec(text ?? '')?.[1]);
}
