import { statSync } from 'node:fs';
import { readText } from '../../procfs/read-text.ts';
import { walkCgroups } from '../../procfs/walk-cgroups.ts';
import type { Place } from './namespaces.ts';

/** Where what we see of the cgroups of version 2 lies in the kernel's tree. Byte strings; `''` stands for its root. */
export interface CgroupPart {
  /** The directory that is mounted: cgroups outside of it are not seen. `undefined`: nothing says where it is. */
  readonly top: string | undefined;
  /** The root of our cgroup namespace, from which /proc counts paths. `undefined`: nothing says where it is. */
  readonly namespaceTop: string | undefined;
}

/** The root of a tree of cgroups has this inode, and no other cgroup. */
const ROOT_INODE = 1n;

/**
 * Whether the whole tree of a hierarchy is mounted there. In a cgroup namespace the table of mounts calls the root of that
 * namespace `/`, so that the inode decides.
 *
 * @param mountedRoot - As mountinfo says it.
 */
export function isWholeTree(directory: string, mountedRoot: string): boolean {
  const inode = readInode(directory);
  return inode === undefined ? mountedRoot === '/' : inode === ROOT_INODE;
}

/** The same of a directory that may be closed to us. */
export function isOpenWholeTree(directory: string): boolean {
  return readInode(directory) === ROOT_INODE;
}

/** @returns `undefined` where everything is seen, by the names that /proc says. */
export function findPart(mount: {
  readonly directory: string;
  readonly mountedRoot: string;
  readonly isWhole: boolean;
  readonly namespace: Place;
  /** Our own cgroup in /proc. */
  readonly ownPath: string | undefined;
}): CgroupPart | undefined {
  if (mount.namespace !== 'nested') {
    return mount.isWhole ? undefined : { top: mount.mountedRoot, namespaceTop: '' };
  }
  if (!mount.isWhole) return { top: undefined, namespaceTop: undefined };
  const namespaceTop = findNamespaceTop(mount.directory, mount.ownPath, process.pid);
  return namespaceTop === '' ? undefined : { top: '', namespaceTop };
}

/**
 * The path that a path of /proc has in the kernel's tree.
 *
 * @param path - Such as `/a`, or `/../b` outside of our cgroup namespace.
 */
export function toKernelPath(path: string, part: CgroupPart | undefined): string | undefined {
  if (part === undefined) return path;
  if (part.namespaceTop === undefined) return undefined;
  const names: string[] = [];
  for (const name of `${part.namespaceTop}${path}`.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '') names.push(name);
  }
  return `/${names.join('/')}`;
}

/**
 * Where a path of /proc lies below the mount.
 *
 * @returns `undefined` where it lies outside, or nobody knows.
 */
export function toMountedPath(path: string, part: CgroupPart | undefined): string | undefined {
  const top = part?.top;
  if (part === undefined || top === undefined) {
    return path.split('/').includes('..') ? undefined : path;
  }
  const whole = toKernelPath(path, part);
  if (top === '' || whole === undefined) return whole;
  if (whole === top) return '/';
  return whole.startsWith(`${top}/`) ? whole.slice(top.length) : undefined;
}

/** Our own cgroup is the one that lists us; what /proc says of it is the end of its path. */
function findNamespaceTop(
  directory: string,
  ownPath: string | undefined,
  pid: number,
): string | undefined {
  if (ownPath === undefined || ownPath.split('/').includes('..')) return undefined;
  const whole = findCgroupOf(directory, pid);
  const end = ownPath === '/' ? '' : ownPath;
  return whole?.endsWith(end) ? whole.slice(0, whole.length - end.length) : undefined;
}

/** The cgroup that lists a process; `''` for the root. Looks at all, 50 µs for each, but for those too deep for a path of their own. */
function findCgroupOf(directory: string, pid: number): string | undefined {
  const found = walkCgroups(directory).find(({ path, isWhole }) => {
    if (!isWhole) return false;
    const procs = readText(toBuffer(`${directory}${path}/cgroup.procs`)) ?? '';
    return `\n${procs}`.includes(`\n${pid}\n`);
  });
  return found?.path === '/' ? '' : found?.path;
}

function readInode(directory: string): bigint | undefined {
  try {
    return statSync(toBuffer(directory), { bigint: true }).ino;
  } catch {
    return undefined;
  }
}

function toBuffer(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}
