import { execa } from 'execa';
import { CHILD_ENVIRONMENT } from './environment.ts';
import { findExecutable } from './executables.ts';
import type { Privilege } from './facts.ts';

/** setpriv takes 3 ms. */
const TIMEOUT_MS = 5_000;

/**
 * The words that go before a command so that the kernel kills it when we end, even if we are killed. Without them a
 * bpftrace that is stopped (SIGSTOP) would outlive us: it does not notice that nobody reads its output.
 *
 * @returns No words where setpriv cannot do it (util-linux before 2.33, busybox), and behind sudo: the kernel drops the
 * setting when a program changes its user.
 */
export async function readLifeline(privilege: Privilege): Promise<readonly string[]> {
  const setpriv = findExecutable('setpriv');
  if (privilege !== 'root' || setpriv === undefined) return [];
  const words = [setpriv, '--pdeathsig', 'KILL', '--'];
  const { exitCode } = await execa(setpriv, [...words.slice(1), findExecutable('true') ?? 'true'], {
    env: CHILD_ENVIRONMENT,
    extendEnv: false,
    stdio: 'ignore',
    timeout: TIMEOUT_MS,
    reject: false,
    cwd: '/',
  });
  return exitCode === 0 ? words : [];
}
