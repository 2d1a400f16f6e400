import { statfsSync } from 'node:fs';
import { parseMountinfo } from '../../procfs/mounts.ts';
import { readText } from '../../procfs/read-text.ts';

/** The file system of /proc. @see kernel:include/uapi/linux/magic.h `PROC_SUPER_MAGIC` */
export const PROC_SUPER_MAGIC = 0x9fa0;

/** Tells the type of the file system that a file lies on, as statfs(2) gives it; `undefined` where there is no such file. */
export type TypeOf = (path: string) => number | undefined;

export const readFileSystemType: TypeOf = (path) => {
  try {
    return statfsSync(path).type;
  } catch {
    return undefined;
  }
};

/**
 * Where the file trees start in which there is a /proc: our own first, then the one that Netdata's container is given in
 * `NETDATA_HOST_PREFIX`, then any other in our table of mounts.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 * @param hostPrefix - Such as `/host`; empty where there is none.
 */
export function listProcRoots(root: string, hostPrefix: string): readonly string[] {
  const named = [root, ...(hostPrefix === '' ? [] : [`${root}${hostPrefix}`])];
  const mountinfo = named
    .map((at) => readText(`${at}/proc/self/mountinfo`))
    .find((text) => text !== undefined);
  const mounted = parseMountinfo(mountinfo ?? '').flatMap(({ type, root: part, point }) =>
    type === 'proc' && part === '/' && point.endsWith('/proc')
      ? [`${root}${point.slice(0, -'/proc'.length)}`]
      : [],
  );
  return [...new Set([...named, ...mounted])];
}
