import { execa } from 'execa';
import { CHILD_ENVIRONMENT } from './environment.ts';
import { findExecutable } from './executables.ts';
import type { Privilege } from './facts.ts';

/** It takes 3 ms; a machine that needs longer than this for it has other worries. */
const TIMEOUT_MS = 5_000;

/**
 * The words that go before a command so that the kernel kills it when we end, however we end and whatever state it is in:
 * a stopped bpftrace does not notice that nobody reads it.
 *
 * @returns No words where there is no setpriv that can do it (util-linux before 2.33, busybox), and behind sudo: the kernel
 * forgets the wish when a program changes its user.
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
