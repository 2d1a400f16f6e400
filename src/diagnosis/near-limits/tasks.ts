import { readdirSync } from 'node:fs';
import { toCount } from '../../procfs/count.ts';
import { readText } from '../../procfs/read-text.ts';
import type { Filler } from './near-limits.ts';

/** A process, as far as it stands against limits. */
export interface TaskCount {
  readonly id: number;
  readonly comm: string;
  /** Real user id. */
  readonly user: number;
  readonly threads: number;
}

export interface Tasks {
  readonly list: readonly TaskCount[];
  /** False where there are more processes than are looked at. */
  readonly isWhole: boolean;
}

/** One file of /proc is read for each, in about 15 µs. */
export const MOST_PROCESSES = 20_000;

/** Every process that there is. */
export function readTasks(root: string, most = MOST_PROCESSES): Tasks {
  const ids = readdirSync(`${root}/proc`).filter((name) => /^\d+$/.test(name));
  return {
    list: ids.slice(0, most).flatMap((id) => readTask(id, root)),
    isWhole: ids.length <= most,
  };
}

/** The program that has most of these tasks. */
export function findFiller(tasks: readonly TaskCount[]): Filler | null {
  let most: Filler | null = null;
  for (const [comm, group] of groupByComm(tasks)) {
    const count = group.reduce((sum, { threads }) => sum + threads, 0);
    if (count <= (most?.tasks ?? 0)) continue;
    const largest = group.reduce((a, b) => (b.threads > a.threads ? b : a));
    most = { comm, tasks: count, processes: group.length, id: largest.id };
  }
  return most;
}

function groupByComm(tasks: readonly TaskCount[]): Map<string, TaskCount[]> {
  const groups = new Map<string, TaskCount[]>();
  for (const task of tasks) {
    const group = groups.get(task.comm);
    if (group === undefined) groups.set(task.comm, [task]);
    else group.push(task);
  }
  return groups;
}

function readTask(id: string, root: string): TaskCount[] {
  const status = readText(`${root}/proc/${id}/status`) ?? '';
  const comm = /^Name:\t(.*)$/m.exec(status)?.[1];
  const user = toCount(/^Uid:\t(\d+)/m.exec(status)?.[1]);
  const threads = toCount(/^Threads:\t(\d+)/m.exec(status)?.[1]);
  return comm === undefined || user === undefined || threads === undefined
    ? []
    : [{ id: Number(id), comm, user, threads }];
}
