import { readText } from './read-text.ts';

/** One mount, as `/proc/PID/mountinfo` lists it. Byte strings. */
export interface Mount {
  readonly type: string;
  readonly point: string;
  /** The directory of the file system that is mounted; other than `/` for a bind mount of a part. */
  readonly root: string;
  /** Options of the file system, such as the controllers of a cgroup hierarchy of version 1. */
  readonly options: readonly string[];
}

/**
 * Mount points of the two file systems through which the kernel shows what can be traced, in the order of mounting: those
 * that no later mount hides.
 */
export interface TraceMounts {
  readonly tracefs: readonly string[];
  readonly debugfs: readonly string[];
  /** Mounts that hide one of these file systems, or stand in its place. */
  readonly covers: readonly Mount[];
  /** The types of file systems that the kernel has; `undefined` where that cannot be read. */
  readonly offered: ReadonlySet<string> | undefined;
}

/** Read where tracefs and debugfs are mounted. */
export function readTraceMounts(root: string): TraceMounts {
  return parseTraceMounts(
    readText(`${root}/proc/self/mountinfo`) ?? readText(`${root}/proc/1/mountinfo`) ?? '',
    readText(`${root}/proc/filesystems`),
  );
}

/**
 * @param mountinfo - See `parseMountinfo`.
 * @param filesystems - Content of /proc/filesystems, lines such as `nodev\ttracefs`.
 */
export function parseTraceMounts(mountinfo: string, filesystems: string | undefined): TraceMounts {
  const mounts = parseMountinfo(mountinfo);
  const coverOf = ({ point }: Mount, index: number) =>
    mounts.slice(index + 1).find((later) => point === later.point || isBelow(point, later.point));
  const covers = mounts.flatMap((mount, index) => {
    if (!PLACES.has(mount.point) && !TRACE_TYPES.has(mount.type)) return [];
    const cover = coverOf(mount, index) ?? mount;
    return TRACE_TYPES.has(cover.type) ? [] : [cover];
  });
  const pointsOf = (type: string) =>
    mounts
      .filter((mount, index) => mount.type === type && coverOf(mount, index) === undefined)
      .map(({ point }) => point);
  const offered = filesystems?.split('\n').flatMap((line) => line.split('\t')[1] ?? []);
  return {
    tracefs: pointsOf('tracefs'),
    debugfs: pointsOf('debugfs'),
    covers: [...new Set(covers)],
    offered: offered?.length ? new Set(offered) : undefined,
  };
}

/** Where they belong. A unit of systemd has something else there, and nothing below it. */
const PLACES: ReadonlySet<string> = new Set(['/sys/kernel/tracing', '/sys/kernel/debug']);

const TRACE_TYPES: ReadonlySet<string> = new Set(['tracefs', 'debugfs']);

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

/** @param text - Lines such as `41 31 0:38 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw`; any others are left out. */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    // The number of words before the dash varies.
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root, point] = before.split(' ');
    const [type = '', , options = ''] = after.split(' ');
    if (root === undefined || point === undefined) return [];
    return [
      { type, point: decodeOctal(point), root: decodeOctal(root), options: options.split(',') },
    ];
  });
}

/** The kernel writes a space, a tab, a line break and a backslash as three octal digits. */
export function decodeOctal(word: string): string {
  return word.replaceAll(/\\([0-3][0-7]{2})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
