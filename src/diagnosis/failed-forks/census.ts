import { readlinkSync } from 'node:fs';
import { toCount } from '../../procfs/count.ts';
import { readProcessIds } from '../../procfs/process-ids.ts';
import { readText } from '../../procfs/read-text.ts';
import { type CallerFacts, FIRST_USER_NAMESPACE } from './task-limits.ts';

/** Kinds of namespaces whose number is limited, with the file of /proc/PID/ns that tells which one a process is in. */
const NAMESPACES: Readonly<Record<string, string>> = {
  max_user_namespaces: 'user',
  max_pid_namespaces: 'pid_for_children',
  max_net_namespaces: 'net',
  max_mnt_namespaces: 'mnt',
  max_uts_namespaces: 'uts',
  max_ipc_namespaces: 'ipc',
  max_cgroup_namespaces: 'cgroup',
};

/** The tasks of the machine, counted by what limits them. */
export interface Census {
  /** Tasks that count against RLIMIT_NPROC of a caller. */
  tasksOfUser(caller: Pick<CallerFacts, 'user' | 'userNamespace'>): number;
  /** Tasks in a pid namespace. */
  tasksIn(pidNamespace: string): number;
  /** Namespaces in which processes of a user are, by the name of their limit in /proc/sys/user. */
  namespacesOf(user: number): ReadonlyMap<string, number>;
}

/** Reads a few files of /proc for each process that there is. */
export function takeCensus(root = ''): Census {
  const isByNamespace = countsByNamespace(root);
  const users = new Map<string, number>();
  const pidNamespaces = new Map<string, number>();
  const namespaces = new Map<number, Map<string, Set<string>>>();
  const owners = new Map<string, number | undefined>();
  for (const id of readProcessIds(root)) {
    const status = readText(`${root}/proc/${id}/status`) ?? '';
    const user = toCount(/^Uid:\t(\d+)/m.exec(status)?.[1]);
    const threads = toCount(/^Threads:\t(\d+)/m.exec(status)?.[1]);
    if (user === undefined || threads === undefined) continue;
    const link = (file: string) => readLink(`${root}/proc/${id}/ns/${file}`);
    const userNamespace = link('user') ?? FIRST_USER_NAMESPACE;
    if (userNamespace !== FIRST_USER_NAMESPACE && !owners.has(userNamespace)) {
      owners.set(userNamespace, readOwner(`${root}/proc/${id}/uid_map`));
    }
    const owner = owners.get(userNamespace);
    for (const key of keysOf(user, userNamespace, owner, isByNamespace)) add(users, key, threads);
    add(pidNamespaces, link('pid') ?? '', threads);
    for (const [limit, file] of Object.entries(NAMESPACES)) {
      const namespace = link(file);
      if (namespace === undefined) continue;
      const ofUser = namespaces.get(user) ?? new Map<string, Set<string>>();
      namespaces.set(user, ofUser);
      ofUser.set(limit, (ofUser.get(limit) ?? new Set()).add(namespace));
    }
  }
  return {
    tasksOfUser: ({ user, userNamespace }) => {
      const keys = keysOf(user, userNamespace, owners.get(userNamespace), isByNamespace);
      return Math.max(0, ...keys.map((key) => users.get(key) ?? 0));
    },
    tasksIn: (pidNamespace) => pidNamespaces.get(pidNamespace) ?? 0,
    namespacesOf: (user) =>
      new Map([...(namespaces.get(user) ?? [])].map(([limit, { size }]) => [limit, size])),
  };
}

/**
 * Under what a task counts. Since Linux 5.14 a user has a count in each user namespace, and whoever made the namespace is
 * charged for all in it; before, a user of the first namespace has one count wherever its tasks are.
 *
 * @see kernel:kernel/ucount.c `is_rlimit_overlimit`
 */
function keysOf(
  user: number,
  userNamespace: string,
  owner: number | undefined,
  isByNamespace: boolean,
): string[] {
  if (!isByNamespace) return [String(user)];
  const own = `${userNamespace} ${user}`;
  return owner === undefined ? [own] : [own, `${FIRST_USER_NAMESPACE} ${owner}`];
}

/** A user without privilege can map its own id alone to the root of a namespace; where more are mapped, root made it. */
function readOwner(uidMap: string): number | undefined {
  return toCount(/^ *0 +(\d+) +1 *$/m.exec(readText(uidMap) ?? '')?.[1]);
}

function countsByNamespace(root: string): boolean {
  const release = readText(`${root}/proc/sys/kernel/osrelease`) ?? '';
  const [, major = '6', minor = '0'] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  return Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 14);
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // The process has ended.
    return undefined;
  }
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
