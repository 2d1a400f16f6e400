import type {
  FailedCaller,
  FailedForkEvidence,
} from '../diagnosis/failed-forks/failed-fork-watch.ts';
import type { Usage } from '../diagnosis/failed-forks/task-limits.ts';
import { toText } from './byte-text.ts';
import type { Report } from './report.ts';
import { toShellWord } from './shell-word.ts';

type FailedForks = Report['failed_forks'];
type Cause = FailedForks['causes'][number];

/** A limit of which a smaller share was in use is not suspected. */
const NEAR = 0.5;

/** The highest kernel.pid_max (PID_MAX_LIMIT). */
const HIGHEST_PID_MAX = 4_194_304;

const EAGAIN = 11;
const ENOMEM = 12;

/**
 * Name the limits at which forks failed. A cause has a count where the kernel or the errno tells it. A limit that may be
 * the cause has none: shares are never guessed.
 */
export function buildFailedForks(
  evidence: FailedForkEvidence,
  errors: Report['system']['errors'],
): FailedForks {
  const counted = [...buildPids(evidence), ...buildArguments(errors)];
  if (errors === null) return { causes: counted, unexplained: null };
  const unexplained = Object.fromEntries(
    Object.entries(errors.by_errno).flatMap(([errno, total]) => {
      const explained = counted
        .filter((cause) => cause.errno === errno)
        .reduce((sum, cause) => sum + (cause.count ?? 0), 0);
      return total > explained ? [[errno, total - explained]] : [];
    }),
  );
  return {
    causes: [
      ...counted,
      ...('EAGAIN' in unexplained ? buildTaskLimits(evidence) : []),
      ...('ENOMEM' in unexplained ? buildMemory(evidence) : []),
    ],
    unexplained,
  };
}

const NOTHING: Cause = {
  cause: 'arguments',
  errno: 'EINVAL',
  count: null,
  cgroup: null,
  process: null,
  limit: null,
  used: null,
  remedy: null,
};

function buildPids({ pids }: FailedForkEvidence): Cause[] {
  return pids.map(({ directory, count, limit, used }) => ({
    ...NOTHING,
    cause: 'cgroup_pids',
    errno: 'EAGAIN',
    count,
    cgroup: toText(directory),
    limit: limit ?? null,
    used: used ?? null,
    remedy:
      limit === undefined ? null : `echo ${twice(limit)} > ${toShellWord(`${directory}/pids.max`)}`,
  }));
}

/** EINVAL is always the caller's own fault: flags or arguments that do not go together. */
function buildArguments(errors: Report['system']['errors']): Cause[] {
  const count = errors?.by_errno['EINVAL'] ?? 0;
  return count === 0 ? [] : [{ ...NOTHING, count }];
}

function buildTaskLimits({ callers, machine }: FailedForkEvidence): Cause[] {
  const raise = (name: string, highest: number) => (limit: number) =>
    limit < highest ? `sysctl -w kernel.${name}=${Math.min(twice(limit), highest)}` : null;
  return [
    ...buildUserLimits(callers),
    ...buildCandidate('threads_max', machine.threadsMax, raise('threads-max', 2 ** 30 - 1)),
    ...buildCandidate('pid_max', machine.pidMax, raise('pid_max', HIGHEST_PID_MAX)),
  ];
}

/** One cause for each user, by the process that is nearest to its limit. */
function buildUserLimits(callers: readonly FailedCaller[]): Cause[] {
  const byUser = new Map<number, { caller: FailedCaller; usage: Usage }>();
  for (const caller of callers) {
    const { processLimit, userTasks: used, errnos, user } = caller;
    const limit = processLimit?.soft;
    if (limit === undefined || used === undefined || !errnos.includes(EAGAIN)) continue;
    const known = byUser.get(user);
    if (known === undefined || used / limit > known.usage.used / known.usage.limit) {
      byUser.set(user, { caller, usage: { limit, used } });
    }
  }
  return [...byUser.values()].flatMap(({ caller, usage }) =>
    buildCandidate(
      'rlimit_nproc',
      usage,
      (limit) => `prlimit --pid ${caller.pid} --nproc=${raiseBoth(twice(limit), caller)}`,
    ).map((cause) => ({ ...cause, process: describe(caller) })),
  );
}

/** The value of `--nproc`: `SOFT:` leaves the hard limit alone; it is raised only where it is lower. */
function raiseBoth(limit: number, { processLimit }: FailedCaller): string {
  const { hard } = processLimit ?? { hard: 0 };
  return hard === null || hard >= limit ? `${limit}:` : String(limit);
}

function buildMemory({ callers, machine }: FailedForkEvidence): Cause[] {
  const orphans = callers
    .filter(({ errnos, entersPidNamespace }) => errnos.includes(ENOMEM) && entersPidNamespace)
    .map(
      (caller): Cause => ({
        ...NOTHING,
        cause: 'pid_namespace',
        errno: 'ENOMEM',
        process: describe(caller),
        remedy: 'unshare --pid --fork COMMAND',
      }),
    );
  const commit = buildCandidate(
    'memory_commit',
    machine.commit,
    () => 'sysctl -w vm.overcommit_memory=0',
  );
  return [...orphans, ...commit.map((cause) => ({ ...cause, errno: 'ENOMEM' }))];
}

function buildCandidate(
  cause: Cause['cause'],
  usage: Usage | undefined,
  raise: (limit: number) => string | null,
): Cause[] {
  if (usage === undefined || usage.used < usage.limit * NEAR) return [];
  const { limit, used } = usage;
  return [{ ...NOTHING, cause, errno: 'EAGAIN', limit, used, remedy: raise(limit) }];
}

function describe({ pid, comm, user }: FailedCaller): NonNullable<Cause['process']> {
  return { pid, comm: toText(comm), user };
}

/** At least 1, so that a limit of 0 is raised too. */
function twice(limit: number): number {
  return Math.max(1, 2 * limit);
}
