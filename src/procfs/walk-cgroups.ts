import { closeSync, constants, type Dirent, openSync, readdirSync, statSync } from 'node:fs';
import { isBounded } from './bounded-path.ts';

/** A cgroup that exists. */
export interface FoundCgroup {
  /** The inode number of its directory. */
  readonly id: string;
  /** See `boundPath`. */
  readonly path: string;
  /** False where `path` is that of a cgroup above it. */
  readonly isWhole: boolean;
}

/** Cgroups that are looked at. Each takes 10 µs. */
export const MOST_CGROUPS = 65_536;

/**
 * How far a cgroup is from the directory from which it is reached. The kernel looks up every name of a path, so that paths from
 * the mount would cost the square of the depth; and it takes none of 4,096 bytes.
 */
const LEVELS_FROM_ANCHOR = 32;
const BYTES_FROM_ANCHOR = 2_048;

/** Directories that are kept open for it. */
const MOST_ANCHORS = 64;

/** A directory from which others are reached. */
interface Anchor {
  readonly place: string;
  readonly file?: number;
  users: number;
}

interface Visit {
  readonly anchor: Anchor;
  /** From the anchor: empty, or beginning with a slash. */
  readonly below: string;
  readonly levels: number;
  readonly path: string;
  readonly isWhole: boolean;
}

/**
 * Look at every cgroup, outer ones before inner ones, up to 65,536. What is removed meanwhile, or closed to us, is left out.
 *
 * Time is linear in the number of cgroups, however deep they are.
 *
 * @param mount - Where they are mounted, as a byte string without a slash at its end.
 */
export function walkCgroups(mount: string): FoundCgroup[] {
  const found: FoundCgroup[] = [];
  const root = { place: mount, users: 1 };
  const waiting: Visit[] = [{ anchor: root, below: '', levels: 0, path: '/', isWhole: true }];
  let anchors = 0;
  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    const stat = found.length < MOST_CGROUPS ? readStat(visit) : undefined;
    if (stat !== undefined) {
      found.push({ id: stat.id, path: visit.path, isWhole: visit.isWhole });
      const children = stat.hasChildren ? readChildren(visit) : [];
      const from = children.length > 0 && anchors < MOST_ANCHORS ? moveAnchor(visit) : visit;
      if (from !== visit) anchors += 1;
      for (const name of children) waiting.push(descend(from, name));
    }
    if (release(visit.anchor)) anchors -= 1;
  }
  return found;
}

function descend({ anchor, below, levels, path, isWhole }: Visit, name: string): Visit {
  anchor.users += 1;
  const step = { anchor, below: `${below}/${name}`, levels: levels + 1 };
  if (!isWhole) return { ...step, path, isWhole };
  const child = `${path === '/' ? '' : path}/${name}`;
  return isBounded(child)
    ? { ...step, path: child, isWhole: true }
    : { ...step, path, isWhole: false };
}

/** The same place, reached by an anchor of its own where it is far from the present one. */
function moveAnchor(visit: Visit): Visit {
  const { levels, below } = visit;
  if (levels < LEVELS_FROM_ANCHOR && below.length < BYTES_FROM_ANCHOR) return visit;
  try {
    const file = openSync(locate(visit), constants.O_RDONLY | constants.O_DIRECTORY);
    const anchor = { place: `/proc/self/fd/${file}`, file, users: 0 };
    return { ...visit, anchor, below: '', levels: 0 };
  } catch {
    // Removed meanwhile, or no descriptor is left: the way from the present anchor is longer, and the same.
    return visit;
  }
}

/** @returns Whether a descriptor was given back. */
function release(anchor: Anchor): boolean {
  anchor.users -= 1;
  if (anchor.users > 0 || anchor.file === undefined) return false;
  closeSync(anchor.file);
  return true;
}

function readStat(
  visit: Visit,
): { readonly id: string; readonly hasChildren: boolean } | undefined {
  try {
    const { ino, nlink } = statSync(locate(visit), { bigint: true });
    // The kernel counts two links and one for each directory inside. File systems of fixtures that do not count say 1.
    return { id: String(ino), hasChildren: nlink !== 2n };
  } catch {
    return undefined;
  }
}

function readChildren(visit: Visit): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(locate(visit), { withFileTypes: true, encoding: 'latin1' });
  } catch {
    return [];
  }
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function locate({ anchor, below }: Visit): Buffer {
  return Buffer.from(`${anchor.place}${below}`, 'latin1');
}
