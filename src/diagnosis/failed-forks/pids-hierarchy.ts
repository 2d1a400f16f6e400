import { readdirSync, statSync } from 'node:fs';
import { toCount } from '../../procfs/count.ts';
import { parseMountinfo } from '../../procfs/mounts.ts';
import { readText } from '../../procfs/read-text.ts';

/** Where the pids controller is, and how to read it. Paths are byte strings. */
export interface PidsHierarchy {
  readonly mount: string;
  readonly version: 1 | 2;
  /** Mounted with `pids_localevents`: failed forks are counted where the caller is, as before Linux 6.11. */
  readonly isLocal: boolean;
}

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

/**
 * Find the pids controller.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 * @returns `undefined` where it is not mounted.
 */
export function findPidsHierarchy(root = ''): PidsHierarchy | undefined {
  const mounts = parseMountinfo(readText(`${root}/proc/self/mountinfo`) ?? '');
  const v1 = mounts.find(({ type, options }) => type === 'cgroup' && options.includes('pids'));
  if (v1 !== undefined) return { mount: `${root}${v1.point}`, version: 1, isLocal: true };
  const v2 = mounts.find(
    ({ type, point }) =>
      type === 'cgroup2' &&
      (readText(toBuffer(`${root}${point}/cgroup.controllers`)) ?? '')
        .trim()
        .split(' ')
        .includes('pids'),
  );
  if (v2 === undefined) return undefined;
  return {
    mount: `${root}${v2.point}`,
    version: 2,
    isLocal: v2.options.includes('pids_localevents'),
  };
}

/** Every cgroup's count, by path below the mount; the root has no limit and no count. */
export function walkPidsEvents(hierarchy: PidsHierarchy): Map<string, PidsEvents> {
  const found = new Map<string, PidsEvents>();
  const waiting = listChildren(hierarchy, '');
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const events = readPidsEvents(hierarchy, path);
    if (events !== undefined) found.set(path, events);
    waiting.push(...listChildren(hierarchy, path));
  }
  return found;
}

/** @returns `undefined` where the cgroup is gone, or has no pids controller. */
export function readPidsEvents(hierarchy: PidsHierarchy, path: string): PidsEvents | undefined {
  const directory = `${hierarchy.mount}${path}`;
  if (hierarchy.version === 2 && !hierarchy.isLocal) {
    const hits = parseMax(readText(toBuffer(`${directory}/pids.events.local`)));
    if (hits !== undefined) return { hits, countsAt: 'limit' };
  }
  const hits = parseMax(readText(toBuffer(`${directory}/pids.events`)));
  return hits === undefined ? undefined : { hits, countsAt: 'caller' };
}

/** The limit of a cgroup and how many tasks stand against it; `undefined` where there is no limit. */
export function readPidsLimit(
  hierarchy: PidsHierarchy,
  path: string,
): { readonly limit: number; readonly used: number } | undefined {
  const read = (file: string) =>
    toCount(readText(toBuffer(`${hierarchy.mount}${path}/${file}`))?.trimEnd());
  // "max" is no number: there is no limit.
  const [limit, used] = [read('pids.max'), read('pids.current')];
  return limit === undefined || used === undefined ? undefined : { limit, used };
}

/** Tells one cgroup from another that was made in its place. */
export function readInode(hierarchy: PidsHierarchy, path: string): string | undefined {
  try {
    return String(statSync(toBuffer(`${hierarchy.mount}${path}`), { bigint: true }).ino);
  } catch {
    // Removed meanwhile.
    return undefined;
  }
}

/** The cgroup of a process below the mount of the pids controller: `''` for the root. */
export function readPidsPath(
  { version }: PidsHierarchy,
  pid: number,
  root = '',
): string | undefined {
  for (const line of (readText(`${root}/proc/${pid}/cgroup`) ?? '').split('\n')) {
    const [, number, controllers = '', path = ''] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    const isIt = version === 2 ? number === '0' : controllers.split(',').includes('pids');
    if (isIt && path !== '') return path === '/' ? '' : path;
  }
  return undefined;
}

/** `/a/b` → `/a/b`, `/a`. */
export function upwards(path: string): string[] {
  const paths: string[] = [];
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) paths.push(at);
  return paths;
}

function listChildren(hierarchy: PidsHierarchy, path: string): string[] {
  try {
    return readdirSync(toBuffer(`${hierarchy.mount}${path}`), {
      withFileTypes: true,
      encoding: 'latin1',
    })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${path}/${name}`);
  } catch {
    // Removed meanwhile.
    return [];
  }
}

function parseMax(text: string | undefined): number | undefined {
  return toCount(/^max (\d+)$/m.exec(text ?? '')?.[1]);
}

function toBuffer(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}
