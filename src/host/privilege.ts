import { UserError } from '../errors.ts';
import { assertDescriptorsLeft } from './descriptors.ts';
import { CHILD_ENVIRONMENT } from './environment.ts';
import { findExecutable } from './executables.ts';
import type { Helper, Privilege } from './facts.ts';
import { findLauncher } from './launcher.ts';
import { type Ran, run } from './run.ts';
import { ASKS_PERSON, type Asker, whyNoLauncher, whyNoRoot, whyNoSudo } from './why-no-root.ts';

/** sudo may ask a directory service over the network, and bpftrace says its version in up to 4 s on a busy machine. */
const SUDO_TIMEOUT_MS = 30_000;

/** What sudo sets itself, whatever it is given. */
const SET_BY_SUDO: readonly string[] = ['PATH', 'HOME', 'LC_ALL'];

/**
 * Find out how bpftrace can be given root: as root itself, else by the launcher, else by sudo.
 *
 * @param helpers - Whom to ask where we are not root.
 * @throws UserError `NOT_ROOT` with the cause where it cannot; `TRACER_ENDED` where sudo gave no answer.
 */
export async function readPrivilege(
  asker: Asker,
  bpftracePath: string,
  helpers: readonly Helper[],
): Promise<Privilege> {
  if (asker.effectiveUid !== 0 && helpers.includes('launcher')) {
    const { way, refusals } = findLauncher(bpftracePath, asker.rights, asker.kernel);
    if (way !== undefined) return way;
    if (!helpers.includes('sudo')) throw whyNoLauncher(asker.effectiveUid, refusals);
  }
  const problem = whyNoRoot(asker);
  if (problem !== undefined) throw problem;
  if (asker.effectiveUid === 0) return 'root';
  if (findExecutable('sudo') === undefined) throw whyNoSudo(asker.effectiveUid, undefined);
  return await askSudo(asker.effectiveUid, bpftracePath);
}

/**
 * The words that go before a privileged command.
 *
 * @param environment - What the command is to find in its environment: sudo hands on nothing that is not among its words.
 */
export function privilegePrefix(
  privilege: Privilege,
  environment: Readonly<Record<string, string>>,
): readonly string[] {
  if (privilege === 'root') return [];
  const variables = Object.entries(environment)
    .filter(([name]) => privilege === 'sudo' && !SET_BY_SUDO.includes(name))
    .map(([name, value]) => `${name}=${value}`);
  return [findExecutable('sudo') ?? 'sudo', '-n', ...variables, '--'];
}

/**
 * Run a command as root, once, and give back what it printed, whatever its exit code.
 *
 * @param timeoutMs - It is killed after that; its output so far is returned.
 * @throws Error `EMFILE` or `ENFILE` where no descriptors are left.
 */
export async function runAsRoot(
  privilege: Privilege,
  words: readonly string[],
  timeoutMs: number,
): Promise<Ran> {
  assertDescriptorsLeft();
  const [command = '', ...args] = [...privilegePrefix(privilege, CHILD_ENVIRONMENT), ...words];
  return await run(command, args, { env: CHILD_ENVIRONMENT, timeoutMs });
}

/** Has sudo run bpftrace: `sudo -l` says yes to what it then wants a password or a terminal for. */
async function askSudo(effectiveUid: number, bpftracePath: string): Promise<Privilege> {
  const words = [bpftracePath, '--version'];
  const full = await runAsRoot('sudo', words, SUDO_TIMEOUT_MS);
  if (full.exitCode === 0) return 'sudo';
  // Most rules let nobody set variables. What else it says, it would say again, and tell root of it by mail.
  const bare = ASKS_PERSON.test(full.stderr)
    ? full
    : await runAsRoot('bare-sudo', words, SUDO_TIMEOUT_MS);
  if (bare.exitCode === 0) return 'bare-sudo';
  if (bare.exitCode === undefined) {
    throw new UserError(
      'TRACER_ENDED',
      'sudo gave no answer: it was ended, or could not be started',
      {
        hint: `see why: sudo -n ${words.join(' ')}`,
      },
    );
  }
  throw whyNoSudo(effectiveUid, bare.stderr);
}
