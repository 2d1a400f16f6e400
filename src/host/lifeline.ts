import { UserError } from '../errors.ts';
import { assertDescriptorsLeft } from './descriptors.ts';
import { CHILD_ENVIRONMENT } from './environment.ts';
import { findExecutable } from './executables.ts';
import type { Privilege } from './facts.ts';
import { run } from './run.ts';

/** setpriv takes 3 ms, and far longer in an emulated machine on a busy host. */
const TIMEOUT_MS = 30_000;

/**
 * The words that go before a command so that the kernel kills it when we end, even if we are killed. Without them a
 * bpftrace that is stopped (SIGSTOP) would outlive us: it does not notice that nobody reads its output.
 *
 * @returns No words where setpriv cannot do it (util-linux before 2.33, busybox), and behind sudo: the kernel drops the
 * setting when a program changes its user.
 * @throws UserError `TRACER_ENDED` where it could not be tried.
 */
export async function readLifeline(privilege: Privilege): Promise<readonly string[]> {
  const setpriv = findExecutable('setpriv');
  if (privilege !== 'root' || setpriv === undefined) return [];
  assertDescriptorsLeft();
  const words = [setpriv, '--pdeathsig', 'KILL', '--'];
  const { exitCode, problem } = await run(
    setpriv,
    [...words.slice(1), findExecutable('true') ?? 'true'],
    { env: CHILD_ENVIRONMENT, timeoutMs: TIMEOUT_MS },
  );
  if (exitCode === undefined) {
    throw new UserError(
      'TRACER_ENDED',
      `${setpriv} did not end well: ${problem ?? 'it was killed'}`,
      {
        hint: 'try again; see which limit is reached: ulimit -u, and pids.max of the cgroups in /proc/self/cgroup',
      },
    );
  }
  return exitCode === 0 ? words : [];
}
