import { existsSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { run } from '../../host/run.ts';
import type { CommandUser } from './user.ts';

/** Whether a file can be executed, by whoever executes this. */
const TEST = '[ -f "$1" ] && [ -x "$1" ]';

/** setpriv and a shell take 5 ms, and far longer in an emulated machine on a busy host. */
const TIMEOUT_MS = 30_000;

/**
 * Look for the command before anything is attached.
 *
 * @param path - `PATH`, in which it is looked for.
 * @param user - Whom it runs as, where that is another user than ours.
 * @throws UserError `COMMAND_NOT_STARTED` where there is no such program, or the user may not execute it.
 */
export async function assertCommandExists(
  [file]: readonly string[],
  path: string,
  user: CommandUser | undefined,
): Promise<void> {
  if (file === undefined) return;
  const places = file.includes('/') ? [file] : path.split(':').map((place) => `${place}/${file}`);
  const found = places.filter((place) => existsSync(place));
  if (found.length === 0) throw commandNotStarted(file, 'ENOENT');
  if (user === undefined) return;
  for (const place of found) if (await canExecute(place, user)) return;
  throw commandNotStarted(`${file} as ${user.name}`, 'EACCES');
}

async function canExecute(file: string, { name, words }: CommandUser): Promise<boolean> {
  const [setpriv = '', ...args] = words;
  const { exitCode, stderr } = await run(setpriv, [...args, '/bin/sh', '-c', TEST, 'sh', file], {
    env: process.env,
    timeoutMs: TIMEOUT_MS,
    cwd: process.cwd(),
  });
  // What setpriv says of itself.
  const problem = /^setpriv: (.*)$/m.exec(stderr)?.[1];
  if (problem !== undefined) {
    throw new UserError('COMMAND_NOT_STARTED', `cannot run anything as ${name}: ${problem}`, {
      hint: 'run COMMAND as root: --as-root',
    });
  }
  return exitCode === 0;
}

/** As a shell reports it: 127 not found, 126 found but not to be run. */
export function commandNotStarted(what: string, code: string, cause?: unknown): UserError {
  return new UserError('COMMAND_NOT_STARTED', `cannot start ${what}: ${code}`, {
    hint:
      code === 'EACCES'
        ? 'the user that it runs as must be allowed to execute it'
        : 'give its full path, or a name that is in PATH',
    exitCode: code === 'ENOENT' ? 127 : 126,
    cause,
  });
}
