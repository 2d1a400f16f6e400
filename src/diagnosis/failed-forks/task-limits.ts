import { readFileSync, readlinkSync } from 'node:fs';
import { toCount } from '../../procfs/count.ts';
import { readText } from '../../procfs/read-text.ts';

/** A limit, and how much of it is in use. */
export interface Usage {
  readonly limit: number;
  readonly used: number;
}

export interface ProcessLimit {
  readonly soft: number;
  /** How far the process itself may raise it; `null` where it may to any number. */
  readonly hard: number | null;
}

/** What /proc says of one process that wants to create another, as far as a limit of its own asks for it. */
export interface CallerFacts {
  readonly pid: number;
  /** A byte string. */
  readonly comm: string;
  /** The real user id as the first user namespace has it. */
  readonly user: number;
  /** RLIMIT_NPROC; `undefined` where there is none, or where it does not hold for this process. */
  readonly processLimit: ProcessLimit | undefined;
  /** RLIMIT_NOFILE. */
  readonly fileLimit: number | undefined;
  /** Its children go into another pid namespace than its own, which takes none once its first process has ended. */
  readonly entersPidNamespace: boolean;
  /** Of its children, such as `pid:[4026531836]`. */
  readonly pidNamespace: string;
  /** How many pid namespaces stand above its own. */
  readonly pidDepth: number;
  readonly userNamespace: string;
  /** Content of its `cgroup` file. */
  readonly cgroups: string;
}

/** Limits of the whole machine on tasks and their ids; `undefined` where they are not known. */
export interface MachineLimits {
  readonly threadsMax: Usage | undefined;
  readonly pidMax: Usage | undefined;
  /** In kB, where the kernel promises no more memory than there is (`vm.overcommit_memory` is 2). */
  readonly commit: Usage | undefined;
}

/** The first user namespace. @see kernel:include/linux/proc_ns.h PROC_USER_INIT_INO */
export const FIRST_USER_NAMESPACE = 'user:[4026531837]';

/** The first pid namespace. @see kernel:include/linux/proc_ns.h PROC_PID_INIT_INO */
export const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

/** CAP_SYS_ADMIN or CAP_SYS_RESOURCE: RLIMIT_NPROC does not hold. */
const EXEMPTING = (1n << 21n) | (1n << 24n);

/**
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 * @returns `undefined` where the process is gone.
 */
export function readCaller(pid: number, root = ''): CallerFacts | undefined {
  try {
    const read = (file: string) => readFileSync(`${root}/proc/${pid}/${file}`, 'latin1');
    const link = (file: string) => readlinkSync(`${root}/proc/${pid}/ns/${file}`);
    const status = read('status');
    const limits = read('limits');
    const user = toCount(/^Uid:\t(\d+)/m.exec(status)?.[1]);
    if (user === undefined) return undefined;
    const userNamespace = link('user');
    const pidNamespace = link('pid_for_children');
    return {
      pid,
      comm: read('comm').replace(/\n$/, ''),
      user,
      processLimit: isExempt(user, userNamespace, status)
        ? undefined
        : parseLimit(limits, 'Max processes'),
      fileLimit: parseLimit(limits, 'Max open files')?.soft,
      entersPidNamespace: link('pid') !== pidNamespace,
      pidNamespace,
      pidDepth: (/^NSpid:((?:\t\d+)+)/m.exec(status)?.[1]?.split('\t').length ?? 2) - 2,
      userNamespace,
      cgroups: read('cgroup'),
    };
  } catch {
    // The process has ended.
    return undefined;
  }
}

export function readMachineLimits(root = ''): MachineLimits {
  const number = (file: string) => toCount(readText(`${root}/proc/sys/${file}`)?.trimEnd());
  // "0.20 0.18 0.12 1/80 11206": of 80 tasks 1 runs.
  const tasks = toCount(/\/(\d+) /.exec(readText(`${root}/proc/loadavg`) ?? '')?.[1]);
  return {
    threadsMax: toUsage(number('kernel/threads-max'), tasks),
    pidMax: toUsage(number('kernel/pid_max'), tasks),
    commit: number('vm/overcommit_memory') === 2 ? readCommit(root) : undefined,
  };
}

/**
 * RLIMIT_NPROC is not for the first user namespace's root, nor for who has a capability there. A capability in another user
 * namespace is worth nothing here.
 *
 * @see kernel:kernel/fork.c `copy_process`: INIT_USER, `capable`
 */
function isExempt(user: number, userNamespace: string, status: string): boolean {
  const capabilities = BigInt(`0x${/^CapEff:\t([0-9a-f]{1,16})$/m.exec(status)?.[1] ?? '0'}`);
  return (
    user === 0 || (userNamespace === FIRST_USER_NAMESPACE && (capabilities & EXEMPTING) !== 0n)
  );
}

/** `Max processes  10  40  processes`, or `unlimited`. */
function parseLimit(limits: string, name: string): ProcessLimit | undefined {
  const [, softWord, hardWord] = new RegExp(`^${name} +(\\S+) +(\\S+)`, 'm').exec(limits) ?? [];
  const [soft, hard] = [toCount(softWord), toCount(hardWord)];
  return soft === undefined ? undefined : { soft, hard: hard ?? null };
}

function readCommit(root: string): Usage | undefined {
  const meminfo = readText(`${root}/proc/meminfo`) ?? '';
  const limit = toCount(/^CommitLimit: +(\d+) kB/m.exec(meminfo)?.[1]);
  const used = toCount(/^Committed_AS: +(\d+) kB/m.exec(meminfo)?.[1]);
  return toUsage(limit, used);
}

function toUsage(limit: number | undefined, used: number | undefined): Usage | undefined {
  return limit === undefined || used === undefined || limit === 0 ? undefined : { limit, used };
}
