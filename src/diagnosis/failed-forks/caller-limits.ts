import { readdirSync } from 'node:fs';
import { toCount } from '../../procfs/count.ts';
import { readText } from '../../procfs/read-text.ts';
import type { Census } from './census.ts';
import { findController, findPath, readNumber, upwards } from './controller.ts';
import {
  type CallerFacts,
  FIRST_PID_NAMESPACE,
  type MachineLimits,
  type Usage,
} from './task-limits.ts';

/** What may have made a fork fail, besides the pids limit of a cgroup. */
export type LimitCause =
  | 'rlimit_nproc'
  | 'threads_max'
  | 'pid_max'
  | 'pid_namespace_max'
  | 'memory_cgroup'
  | 'memory_commit'
  | 'pid_namespace'
  | 'max_namespaces'
  | 'namespace_depth'
  | 'rlimit_nofile';

/** A limit of a caller, and how near it was. */
export interface CallerLimit {
  readonly cause: LimitCause;
  /** The errno of a fork that fails at it. */
  readonly errno: number;
  /** File of a cgroup, name of a sysctl, or a namespace; `null` where the cause says all. */
  readonly name: string | null;
  /** `null` where it is no number. */
  readonly limit: number | null;
  readonly used: number | null;
}

const EAGAIN = 11;
const ENOMEM = 12;
const EMFILE = 24;
const ENOSPC = 28;

/** How deep pid namespaces can be nested. @see kernel:include/linux/pid_namespace.h MAX_PID_NS_LEVEL */
const DEEPEST = 32;

/** The limits of the whole machine. */
export function listMachineLimits({ threadsMax, pidMax, commit }: MachineLimits): CallerLimit[] {
  return [
    ...limitOf('threads_max', EAGAIN, threadsMax, 'kernel.threads-max'),
    ...limitOf('pid_max', EAGAIN, pidMax, 'kernel.pid_max'),
    ...limitOf('memory_commit', ENOMEM, commit, null),
  ];
}

/**
 * The limits of a caller that fails with one of some errnos, its own and those of its namespaces and cgroups.
 *
 * @param pidMax - The limit on ids of its children, as the kernel told it; 0 where it did not.
 */
export function listCallerLimits(
  caller: CallerFacts,
  errnos: ReadonlySet<number>,
  pidMax: number,
  census: () => Census,
  root = '',
): CallerLimit[] {
  return [
    ...(errnos.has(EAGAIN) ? listTaskLimits(caller, pidMax, census) : []),
    ...(errnos.has(ENOMEM) ? listMemoryLimits(caller, root) : []),
    ...(errnos.has(ENOSPC) ? listNamespaceLimits(caller, census(), root) : []),
    ...(errnos.has(EMFILE) ? listFileLimits(caller, root) : []),
  ];
}

function listTaskLimits(caller: CallerFacts, pidMax: number, census: () => Census): CallerLimit[] {
  const { processLimit, pidNamespace } = caller;
  const isNested = pidMax > 0 && pidNamespace !== FIRST_PID_NAMESPACE;
  return [
    ...(processLimit === undefined
      ? []
      : limitOf(
          'rlimit_nproc',
          EAGAIN,
          { limit: processLimit.soft, used: census().tasksOfUser(caller) },
          null,
        )),
    ...(isNested
      ? limitOf(
          'pid_namespace_max',
          EAGAIN,
          { limit: pidMax, used: census().tasksIn(pidNamespace) },
          pidNamespace,
        )
      : []),
  ];
}

function listMemoryLimits(caller: CallerFacts, root: string): CallerLimit[] {
  if (caller.entersPidNamespace) {
    return [{ cause: 'pid_namespace', errno: ENOMEM, name: null, limit: null, used: null }];
  }
  const hierarchy = findController('memory', root);
  const path = hierarchy && findPath(hierarchy, 'memory', caller.cgroups);
  if (hierarchy === undefined || path === undefined) return [];
  const [max, current] =
    hierarchy.version === 2
      ? ['memory.max', 'memory.current']
      : ['memory.limit_in_bytes', 'memory.usage_in_bytes'];
  return upwards(path).flatMap((above) => {
    const limit = readNumber(hierarchy, above, max);
    const used = readNumber(hierarchy, above, current);
    return limit === undefined || used === undefined
      ? []
      : limitOf('memory_cgroup', ENOMEM, { limit, used }, `${hierarchy.mount}${above}/${max}`);
  });
}

/** Nothing but limits on namespaces fails with this errno. Those of a user namespace cannot be read from outside of it. */
function listNamespaceLimits(caller: CallerFacts, census: Census, root: string): CallerLimit[] {
  const used = census.namespacesOf(caller.user);
  const limits = [...used.keys()].flatMap((name) => {
    const limit = toCount(readText(`${root}/proc/sys/user/${name}`)?.trimEnd());
    return limit === undefined
      ? []
      : limitOf('max_namespaces', ENOSPC, { limit, used: used.get(name) ?? 0 }, `user.${name}`);
  });
  const depth = { limit: DEEPEST, used: caller.pidDepth };
  const reached = [...limits, ...limitOf('namespace_depth', ENOSPC, depth, null)].filter(
    (known) => (known.used ?? 0) >= (known.limit ?? 0),
  );
  return reached.length > 0
    ? reached
    : [{ cause: 'max_namespaces', errno: ENOSPC, name: null, limit: null, used: null }];
}

function listFileLimits({ pid, fileLimit }: CallerFacts, root: string): CallerLimit[] {
  if (fileLimit === undefined) return [];
  try {
    const used = readdirSync(`${root}/proc/${pid}/fd`).length;
    return limitOf('rlimit_nofile', EMFILE, { limit: fileLimit, used }, null);
  } catch {
    // The process has ended.
    return [];
  }
}

function limitOf(
  cause: LimitCause,
  errno: number,
  usage: Usage | undefined,
  name: string | null,
): CallerLimit[] {
  return usage === undefined ? [] : [{ cause, errno, name, ...usage }];
}
