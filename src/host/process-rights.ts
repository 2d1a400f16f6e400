import { readlinkSync } from 'node:fs';
import { toCount } from '../procfs/count.ts';
import { readText } from '../procfs/read-text.ts';

/** What the kernel lets this process and its children become. */
export interface ProcessRights {
  /** Capabilities that this process has, as bits. */
  readonly permitted: bigint;
  /** Capabilities that a program below this process can get at most: root, setuid and file capabilities included. */
  readonly bounding: bigint;
  /** No program below this process gets more than this process has: sudo and setuid do nothing. */
  readonly noNewPrivileges: boolean;
  /** A seccomp filter looks at the system calls of this process and its children. */
  readonly isFiltered: boolean;
  /** Bytes of locked memory that a process may have, its buffers of perf events included; `undefined` where there is no limit. */
  readonly lockedBytes: number | undefined;
  /** `kernel.perf_event_paranoid`: above 2, kernels of Debian and Ubuntu open no perf event without CAP_SYS_ADMIN. */
  readonly perfEventParanoid?: number | undefined;
  /** Root of another user namespace than the first is root there alone; the kernel lets it trace nothing. */
  readonly userNamespace: 'first' | 'nested' | 'unknown';
}

/** The kernel's first user namespace. @see kernel:include/linux/proc_ns.h `PROC_USER_INIT_INO` */
const FIRST = 'user:[4026531837]';

/** What a process may that nothing holds back; it stands for one of which nothing is known. */
export const ALL_RIGHTS: ProcessRights = {
  permitted: ~0n,
  bounding: ~0n,
  noNewPrivileges: false,
  isFiltered: false,
  lockedBytes: undefined,
  userNamespace: 'unknown',
};

/** Read what this process may become. Where /proc does not say it, nothing is taken to hold it back. */
export function readProcessRights(root: string): ProcessRights {
  const status = readText(`${root}/proc/self/status`);
  const limits = readText(`${root}/proc/self/limits`);
  return {
    ...parseProcessRights(status ?? '', limits ?? ''),
    perfEventParanoid: toCount(
      readText(`${root}/proc/sys/kernel/perf_event_paranoid`)?.trim() ?? '',
    ),
    userNamespace: readUserNamespace(root),
  };
}

/**
 * @param status - Content of `/proc/PID/status`.
 * @param limits - Content of `/proc/PID/limits`.
 */
export function parseProcessRights(
  status: string,
  limits: string,
): Omit<ProcessRights, 'userNamespace'> {
  const fieldOf = (name: string) => new RegExp(`^${name}:\\s*(\\w+)$`, 'm').exec(status)?.[1];
  const bits = (name: string) => {
    const value = fieldOf(name) ?? '';
    return /^[\da-f]{1,16}$/.test(value) ? BigInt(`0x${value}`) : ALL_RIGHTS.bounding;
  };
  const [, locked] = /^Max locked memory\s+(\d+)\s/m.exec(limits) ?? [];
  return {
    permitted: bits('CapPrm'),
    bounding: bits('CapBnd'),
    noNewPrivileges: fieldOf('NoNewPrivs') === '1',
    isFiltered: fieldOf('Seccomp') === '2',
    lockedBytes: toCount(locked),
  };
}

function readUserNamespace(root: string): ProcessRights['userNamespace'] {
  try {
    return readlinkSync(`${root}/proc/self/ns/user`) === FIRST ? 'first' : 'nested';
  } catch {
    // There is no /proc, not the kernel's, or no user namespaces.
    return 'unknown';
  }
}
