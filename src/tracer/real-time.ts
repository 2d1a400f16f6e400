import { runAsRoot } from '../host/privilege.ts';

const TIMEOUT_MS = 10_000;

/**
 * Let a running bpftrace go before all that is not real-time (`SCHED_FIFO`, the lowest of its priorities).
 *
 * Where it cannot be had, it stays as it is: what the kernel then skips is counted and reported as ever.
 */
export async function makeRealTime(pid: number): Promise<void> {
  await runAsRoot('root', ['chrt', '--fifo', '--all-tasks', '--pid', '1', String(pid)], TIMEOUT_MS);
}
