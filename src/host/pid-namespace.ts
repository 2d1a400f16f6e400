import { readlinkSync } from 'node:fs';

/** The kernel's first namespace of process ids. @see kernel:include/linux/proc_ns.h `PROC_PID_INIT_INO` */
const FIRST = 'pid:[4026531836]';

/**
 * Find out whether our process ids are the kernel's own.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 */
export function readPidNamespace(root: string): 'first' | 'nested' | 'unknown' {
  try {
    return readlinkSync(`${root}/proc/self/ns/pid`) === FIRST ? 'first' : 'nested';
  } catch {
    // There is no /proc, or not the kernel's.
    return 'unknown';
  }
}
