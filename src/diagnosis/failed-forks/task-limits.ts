import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { toCount } from '../../procfs/count.ts';
import { readText } from '../../procfs/read-text.ts';

/** A limit on tasks, and how many count against it. */
export interface Usage {
  readonly limit: number;
  readonly used: number;
}

export interface ProcessLimit {
  readonly soft: number;
  /** How far the process itself may raise it; `null` where it may to any number. */
  readonly hard: number | null;
}

/** What limits one process that wants to create another. */
export interface CallerLimits {
  readonly pid: number;
  /** A byte string. */
  readonly comm: string;
  /** The real user id, whose tasks are counted against RLIMIT_NPROC. */
  readonly user: number;
  /** RLIMIT_NPROC; `undefined` where there is none, or where it does not hold for this process. */
  readonly processLimit: ProcessLimit | undefined;
  /** Its children go into another pid namespace than its own, which takes none once its first process has ended. */
  readonly entersPidNamespace: boolean;
}

/** Limits of the whole machine on tasks and their ids; `undefined` where they are not known. */
export interface MachineLimits {
  readonly threadsMax: Usage | undefined;
  readonly pidMax: Usage | undefined;
  /** In kB, where the kernel promises no more memory than there is (`vm.overcommit_memory` is 2). */
  readonly commit: Usage | undefined;
}

/** CAP_SYS_ADMIN or CAP_SYS_RESOURCE: RLIMIT_NPROC does not hold. */
const EXEMPTING = (1n << 21n) | (1n << 24n);

/**
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 * @returns `undefined` where the process is gone.
 */
export function readCallerLimits(pid: number, root = ''): CallerLimits | undefined {
  try {
    const read = (file: string) => readFileSync(`${root}/proc/${pid}/${file}`, 'latin1');
    const status = read('status');
    const user = toCount(/^Uid:\t(\d+)/m.exec(status)?.[1]);
    if (user === undefined) return undefined;
    const capabilities = BigInt(`0x${/^CapEff:\t([0-9a-f]{1,16})$/m.exec(status)?.[1] ?? '0'}`);
    const isExempt = user === 0 || (capabilities & EXEMPTING) !== 0n;
    const processLimit = parseProcessLimit(read('limits'));
    return {
      pid,
      comm: read('comm').replace(/\n$/, ''),
      user,
      processLimit: isExempt ? undefined : processLimit,
      entersPidNamespace:
        readlinkSync(`${root}/proc/${pid}/ns/pid`) !==
        readlinkSync(`${root}/proc/${pid}/ns/pid_for_children`),
    };
  } catch {
    // The process has ended.
    return undefined;
  }
}

/** How many tasks each user has, by real user id; reads one file of /proc for each process that there is. */
export function countTasksByUser(root = ''): Map<number, number> {
  const tasks = new Map<number, number>();
  for (const name of readdirSync(`${root}/proc`)) {
    if (!/^\d+$/.test(name)) continue;
    const status = readText(`${root}/proc/${name}/status`) ?? '';
    const user = toCount(/^Uid:\t(\d+)/m.exec(status)?.[1]);
    const threads = toCount(/^Threads:\t(\d+)/m.exec(status)?.[1]);
    if (user !== undefined && threads !== undefined)
      tasks.set(user, (tasks.get(user) ?? 0) + threads);
  }
  return tasks;
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

/** `Max processes  10  40  processes`, or `unlimited`. */
function parseProcessLimit(limits: string): ProcessLimit | undefined {
  const [, softWord, hardWord] = /^Max processes +(\S+) +(\S+)/m.exec(limits) ?? [];
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
