import { FIRST_USER_NAMESPACE, readCaller } from '../failed-forks/task-limits.ts';
import { LEAST_LIMIT, LEAST_SHARE, type NearLimit } from './near-limits.ts';
import { findFiller, type TaskCount, type Tasks } from './tasks.ts';

/** Processes of a user whose limits are read: the newest, which a lower `ulimit -u` of a session reaches first. */
const MOST_READ = 32;

/** Users with most tasks that are looked at. */
const MOST_USERS = 64;

/**
 * Users that are near the RLIMIT_NPROC of one of their processes. The limit is each process's own, the use that of the user.
 * Processes in user namespaces of their own are left out: they count there too, and that number cannot be read.
 */
export function findFullUsers({ list }: Tasks, root: string): NearLimit[] {
  const users = new Map<number, { tasks: number; processes: TaskCount[] }>();
  for (const task of list) {
    const user = users.get(task.user) ?? { tasks: 0, processes: [] };
    users.set(task.user, user);
    user.tasks += task.threads;
    user.processes.push(task);
  }
  return [...users]
    .filter(([user, { tasks }]) => user !== 0 && tasks >= LEAST_LIMIT * LEAST_SHARE)
    .sort(([, a], [, b]) => b.tasks - a.tasks)
    .slice(0, MOST_USERS)
    .flatMap(([user, { tasks, processes }]) => {
      const holder = findLowest(processes, root);
      return holder === undefined
        ? []
        : [
            {
              cause: 'rlimit_nproc' as const,
              name: null,
              limit: holder.soft,
              used: tasks,
              holder: { id: holder.id, user, hard: holder.hard },
              filler: findFiller(processes),
            },
          ];
    });
}

/** The lowest limit that holds for one of these processes; those that keep a process from starting any are no limits to be near. */
function findLowest(processes: readonly TaskCount[], root: string) {
  return processes
    .slice(-MOST_READ)
    .flatMap(({ id }) => {
      const caller = readCaller(id, root);
      const { processLimit, userNamespace } = caller ?? {};
      return processLimit === undefined ||
        processLimit.soft < LEAST_LIMIT ||
        userNamespace !== FIRST_USER_NAMESPACE
        ? []
        : [{ id, ...processLimit }];
    })
    .sort((a, b) => a.soft - b.soft)[0];
}
