import { runAsRoot } from '../host/privilege.ts';

const TIMEOUT_MS = 10_000;

/** The lowest of the real-time priorities. */
const PRIORITY = '1';

/**
 * Give a running bpftrace real-time priority (`SCHED_FIFO`). Needs root.
 *
 * @returns Why that failed; `undefined` where it did not.
 */
export async function makeRealTime(pid: number): Promise<string | undefined> {
  // chrt needs CAP_SYS_NICE, which Netdata's service lacks, or a limit on rtprio that allows it. prlimit sets that limit with
  // CAP_SYS_RESOURCE, which the service has.
  await run('prlimit', '--pid', String(pid), `--rtprio=${PRIORITY}:${PRIORITY}`);
  return await run('chrt', '--fifo', '--all-tasks', '--pid', PRIORITY, String(pid));
}

/** @returns The last line of its stderr, where it failed. */
async function run(...words: readonly string[]): Promise<string | undefined> {
  const { exitCode, stderr } = await runAsRoot('root', words, TIMEOUT_MS);
  if (exitCode === 0) return undefined;
  return stderr.trim().split('\n').at(-1) || `${words[0]} cannot be run`;
}
