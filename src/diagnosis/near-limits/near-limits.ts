import type { ProcessView } from '../../host/views/processes.ts';
import { readText } from '../../procfs/read-text.ts';
import { Seldom } from '../../procfs/seldom.ts';
import type { PidsPlaces } from '../failed-forks/pids-hits.ts';
import { readMachineLimits } from '../failed-forks/task-limits.ts';
import { findFullCgroups } from './full-cgroups.ts';
import { findFullUsers } from './full-users.ts';
import { findFiller, MOST_PROCESSES, readTasks, type Tasks } from './tasks.ts';

/** A limit on tasks of which much is in use. A value that can be written as JSON. */
export interface NearLimit {
  readonly cause: 'cgroup_pids' | 'rlimit_nproc' | 'threads_max' | 'pid_max';
  /** File of a cgroup (a byte string), or name of a sysctl; `null` for RLIMIT_NPROC. */
  readonly name: string | null;
  readonly limit: number;
  readonly used: number;
  /** Of RLIMIT_NPROC: the process that has it, and how far it may raise it (`null`: to any number). */
  readonly holder: {
    readonly id: number;
    readonly user: number;
    readonly hard: number | null;
  } | null;
  /** `null` where it cannot be seen. */
  readonly filler: Filler | null;
}

/** The program of which most of the tasks are that stand against a limit. */
export interface Filler {
  readonly comm: string;
  readonly tasks: number;
  readonly processes: number;
  /** The process with most threads. */
  readonly id: number;
}

export interface NearLimits {
  /** The fullest first. */
  readonly near: readonly NearLimit[];
  /** Limits that cannot be looked at here, and why: a sentence each. */
  readonly unknown: readonly string[];
}

/** Less in use than this is nowhere near. What is told as near is decided where it is told. */
export const LEAST_SHARE = 0.5;

/** A limit below this is set to keep a service from starting anything, not to be approached. */
export const LEAST_LIMIT = 10;

const MOST_LIMITS = 20;

/** Looks now and then at all limits on tasks that there are. */
export class NearLimitsWatch {
  readonly #view: Pick<ProcessView, 'sees' | 'root'>;
  #latest: NearLimits = { near: [], unknown: [] };
  readonly #turns: Seldom;

  constructor(view: Pick<ProcessView, 'sees' | 'root'>, turns = new Seldom()) {
    this.#view = view;
    this.#turns = turns;
  }

  /** @param places - The cgroups that there are, see `PidsHits.places`. */
  look(places: PidsPlaces | undefined): NearLimits {
    this.#latest = this.#turns.run(() => readNearLimits(this.#view, places)) ?? this.#latest;
    return this.#latest;
  }
}

/** Read every limit on tasks, of cgroups, users and the machine: two files for a cgroup, one for a process. */
export function readNearLimits(
  { sees, root }: Pick<ProcessView, 'sees' | 'root'>,
  places: PidsPlaces | undefined,
): NearLimits {
  const tasks = sees === 'all' ? readTasks(root) : undefined;
  const cgroups = places === undefined ? undefined : findFullCgroups(places, tasks);
  const near = [
    ...listMachine(root, tasks),
    ...(cgroups?.near ?? []),
    ...(tasks === undefined ? [] : findFullUsers(tasks, root)),
  ];
  return {
    near: near
      .filter(({ limit, used }) => limit >= LEAST_LIMIT && used >= limit * LEAST_SHARE)
      .sort((a, b) => b.used / b.limit - a.used / a.limit)
      .slice(0, MOST_LIMITS),
    unknown: [
      ...(tasks === undefined
        ? ['limits of users and of the machine: its processes cannot be seen']
        : []),
      ...(tasks?.isWhole === false
        ? [`RLIMIT_NPROC of users: there are more than ${MOST_PROCESSES} processes`]
        : []),
      ...(places === undefined && hasPids(root)
        ? ['pids.max of cgroups: the pids controller is not mounted']
        : []),
      ...(cgroups !== undefined && cgroups.left > 0
        ? [`pids.max of ${cgroups.left} cgroups: there was no time to read them all`]
        : []),
      ...(places?.isWhole === false
        ? ['pids.max of cgroups that are not mounted here, such as those above this container']
        : []),
    ],
  };
}

function listMachine(root: string, tasks: Tasks | undefined): NearLimit[] {
  const { threadsMax, pidMax } = readMachineLimits(root);
  const filler = tasks === undefined ? null : findFiller(tasks.list);
  const of = (cause: NearLimit['cause'], name: string, usage: typeof pidMax): NearLimit[] =>
    usage === undefined ? [] : [{ cause, name, ...usage, holder: null, filler }];
  return [
    ...of('threads_max', 'kernel.threads-max', threadsMax),
    // Of a pid namespace /proc/loadavg counts the tasks of the machine, and since Linux 6.14 pid_max is its own.
    ...(tasks === undefined ? [] : of('pid_max', 'kernel.pid_max', pidMax)),
  ];
}

/** The kernel limits tasks by cgroup, mounted or not. */
function hasPids(root: string): boolean {
  return /^pids\t/m.test(readText(`${root}/proc/cgroups`) ?? '');
}
