import { boundPath } from '../../procfs/bounded-path.ts';
import { toCount } from '../../procfs/count.ts';
import { parseMountinfo } from '../../procfs/mounts.ts';
import { readText } from '../../procfs/read-text.ts';

/** Where the cgroups of a controller are. Paths are byte strings. */
export interface Hierarchy {
  readonly mount: string;
  readonly version: 1 | 2;
  /** Options of the mount. */
  readonly options: readonly string[];
}

/**
 * Find where a controller is mounted.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 * @returns `undefined` where it is not mounted.
 */
export function findController(controller: string, root = ''): Hierarchy | undefined {
  const mounts = parseMountinfo(readText(`${root}/proc/self/mountinfo`) ?? '');
  const v1 = mounts.find(({ type, options }) => type === 'cgroup' && options.includes(controller));
  if (v1 !== undefined) return { mount: `${root}${v1.point}`, version: 1, options: v1.options };
  const v2 = mounts.find(
    ({ type, point }) =>
      type === 'cgroup2' &&
      (readText(toBuffer(`${root}${point}/cgroup.controllers`)) ?? '')
        .trim()
        .split(' ')
        .includes(controller),
  );
  return v2 && { mount: `${root}${v2.point}`, version: 2, options: v2.options };
}

/**
 * The cgroup of a process below the mount of a controller: `''` for the root.
 *
 * @param text - Content of `/proc/PID/cgroup`.
 */
export function findPath(
  { version }: Pick<Hierarchy, 'version'>,
  controller: string,
  text: string,
): string | undefined {
  for (const line of text.split('\n')) {
    const [, number, controllers = '', path = ''] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    const isIt = version === 2 ? number === '0' : controllers.split(',').includes(controller);
    // Outside of our cgroup namespace the path leads out of the mount.
    if (isIt && path.startsWith('/..')) return undefined;
    if (isIt && path !== '') return path === '/' ? '' : path;
  }
  return undefined;
}

/** `/a/b` → `/a/b`, `/a`. Of a path that is too deep, from the last one on that is not; see `boundPath`. */
export function upwards(path: string): string[] {
  const paths: string[] = [];
  for (let at = boundPath(path); at !== ''; at = at.slice(0, at.lastIndexOf('/'))) paths.push(at);
  return paths;
}

/** A number of a cgroup's file; `undefined` where it says that there is none, or is not there. */
export function readNumber({ mount }: Hierarchy, path: string, file: string): number | undefined {
  // "max" is no number: there is no limit.
  return toCount(readText(toBuffer(`${mount}${path}/${file}`))?.trimEnd());
}

/** The file that a byte string names. */
export function toBuffer(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}
