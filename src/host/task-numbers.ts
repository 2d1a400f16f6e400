import { statfsSync } from 'node:fs';
import { readText } from '../procfs/read-text.ts';

/** The file system of /proc. @see kernel:include/uapi/linux/magic.h `PROC_SUPER_MAGIC` */
export const PROC_SUPER_MAGIC = 0x9fa0;

/** Tasks created since boot, and tasks that exist. Neither number is ever 0 in a file of the kernel's. */
const FILES: readonly { readonly path: string; readonly number: RegExp }[] = [
  { path: '/proc/stat', number: /^processes (\d+)$/m },
  { path: '/proc/loadavg', number: /^\S+ \S+ \S+ \d+\/(\d+) / },
];

/**
 * Find out whether the kernel's own numbers of tasks can be read here. lxcfs answers for a container instead of the
 * kernel, `subset=pid` (systemd's ProcSubset=pid) leaves both files out, and gVisor says zero.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 * @param typeOf - The type of the file system that a file lies on, as statfs(2) gives it.
 * @returns Why they cannot be had; `undefined` where they can.
 */
export function readTaskNumbersProblem(
  root: string,
  typeOf: (path: string) => number = (path) => statfsSync(path).type,
): string | undefined {
  for (const { path, number } of FILES) {
    const text = readText(`${root}${path}`);
    if (text === undefined) return `${path} cannot be read`;
    if (typeOf(`${root}${path}`) !== PROC_SUPER_MAGIC) {
      return `${path} is not the kernel's own: another file system is mounted over it, as lxcfs does in containers`;
    }
    const [, value] = number.exec(text) ?? [];
    if (value === undefined || Number(value) === 0) return `${path} holds no number of tasks`;
  }
  return undefined;
}
