import { runAsRoot } from '../host/privilege.ts';

const TIMEOUT_MS = 10_000;

/** The lowest of the real-time priorities. */
const PRIORITY = '1';

/**
 * Let a running bpftrace go before all that is not real-time (`SCHED_FIFO`). Needs root.
 *
 * @returns Why that could not be had; `undefined` where it could.
 */
export async function makeRealTime(pid: number): Promise<string | undefined> {
  // A service may lack CAP_SYS_NICE, as Netdata's does, and have CAP_SYS_RESOURCE, which lets the process have a limit.
  await run('prlimit', '--pid', String(pid), `--rtprio=${PRIORITY}:${PRIORITY}`);
  return await run('chrt', '--fifo', '--all-tasks', '--pid', PRIORITY, String(pid));
}

/** @returns What it said where it failed. */
async function run(...words: readonly string[]): Promise<string | undefined> {
  const { exitCode, stderr } = await runAsRoot('root', words, TIMEOUT_MS);
  if (exitCode === 0) return undefined;
  return stderr.trim().split('\n').at(-1) || `${words[0]} cannot be run`;
}
