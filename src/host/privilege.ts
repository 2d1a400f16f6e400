import { execa } from 'execa';
import { UserError } from '../errors.ts';
import { CHILD_ENVIRONMENT } from './environment.ts';
import { findExecutable } from './executables.ts';
import type { Privilege } from './facts.ts';

/** sudo may ask a directory service over the network. */
const SUDO_TIMEOUT_MS = 5_000;

/**
 * Find out how bpftrace can be given root.
 *
 * @throws UserError `NOT_ROOT` where we are not root and sudo does not let us run bpftrace without a password.
 */
export async function readPrivilege(
  effectiveUid: number,
  bpftracePath: string,
): Promise<Privilege> {
  if (effectiveUid === 0) return 'root';
  const sudo = findExecutable('sudo');
  if (sudo !== undefined && (await sudoAllows(sudo, bpftracePath))) return 'sudo';
  const why = sudo === undefined ? 'there is no sudo' : `sudo -n does not allow ${bpftracePath}`;
  throw new UserError('NOT_ROOT', `bpftrace needs root, this is uid ${effectiveUid} and ${why}`, {
    hint: `run this with sudo, or allow it in sudoers: USER ALL=(root) NOPASSWD: ${bpftracePath}`,
  });
}

/** The words that go before a privileged command. */
export function privilegePrefix(privilege: Privilege): readonly string[] {
  return privilege === 'root' ? [] : [findExecutable('sudo') ?? 'sudo', '-n', '--'];
}

/** What a command printed, and how it ended; without an exit code a signal ended it, or it did not start. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

/**
 * Run a command as root, once, and give back what it printed, whatever its exit code.
 *
 * @param timeoutMs - It is killed after that; its output so far is returned.
 */
export async function runAsRoot(
  privilege: Privilege,
  words: readonly string[],
  timeoutMs: number,
): Promise<Ran> {
  const [command = '', ...args] = [...privilegePrefix(privilege), ...words];
  const { stdout, stderr, exitCode } = await execa(command, args, {
    env: CHILD_ENVIRONMENT,
    extendEnv: false,
    stdin: 'ignore',
    timeout: timeoutMs,
    reject: false,
    cwd: '/',
  });
  return { stdout, stderr, exitCode };
}

async function sudoAllows(sudo: string, bpftracePath: string): Promise<boolean> {
  const { exitCode } = await execa(sudo, ['-n', '-l', '--', bpftracePath], {
    stdin: 'ignore',
    timeout: SUDO_TIMEOUT_MS,
    reject: false,
    cwd: '/',
  });
  return exitCode === 0;
}
