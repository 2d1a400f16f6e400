import { cpus } from 'node:os';
import { readText } from '../../procfs/read-text.ts';
import { readFileSystemType, type TypeOf } from './proc-roots.ts';

/** @see kernel:include/uapi/linux/magic.h `SYSFS_MAGIC` */
export const SYSFS_MAGIC = 0x62656572;

/** Those that run; in a container lxcfs may lay a file of its own over the first. */
const FILES = ['/sys/devices/system/cpu/online', '/sys/devices/system/cpu/present'];

/**
 * How many CPUs the machine has, at least 1. Node counts them in /proc/stat, which may be left out or be lxcfs's.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 */
export function countCpus(root: string, typeOf: TypeOf = readFileSystemType): number {
  for (const path of FILES) {
    const text = readText(`${root}${path}`);
    const count = typeOf(`${root}${path}`) === SYSFS_MAGIC ? countRanges(text ?? '') : 0;
    if (count > 0) return count;
  }
  return Math.max(1, cpus().length);
}

/** @param text - Such as `0-3,8` for five; 0 for anything else. */
export function countRanges(text: string): number {
  const ranges = text.trim().split(',');
  return ranges.reduce((sum, range) => {
    const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range) ?? [];
    return first === undefined ? sum : sum + Math.max(0, Number(last) - Number(first) + 1);
  }, 0);
}
