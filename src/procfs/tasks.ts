import { readFileSync } from 'node:fs';

/**
 * Tasks made since boot, processes and threads, as the kernel itself counts them.
 *
 * @see kernel:kernel/fork.c `total_forks`, one added for each task just before `task:task_newtask` fires.
 */
export function readTasksCreated(): number {
  const [, processes] = /^processes (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1')) ?? [];
  return Number(processes);
}
