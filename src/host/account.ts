import { UserError } from '../errors.ts';
import { readText } from '../procfs/read-text.ts';
import { CHILD_ENVIRONMENT } from './environment.ts';
import { findExecutable } from './executables.ts';
import { run } from './run.ts';

/** An entry of the user database. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** A directory service may be asked over the network. */
const TIMEOUT_MS = 5_000;

/** The exit code of getent where there is no such entry. */
const NOT_FOUND = 2;

/**
 * Find a user by name or by id.
 *
 * @returns `undefined` where there is none.
 * @throws UserError where the user database cannot be asked.
 * @see man:getent(1)
 */
export async function findAccount(nameOrId: string): Promise<Account | undefined> {
  const getent = findExecutable('getent');
  if (getent === undefined) return findEntry(readText('/etc/passwd') ?? '', nameOrId);
  const { stdout, exitCode } = await run(getent, ['passwd', '--', nameOrId], {
    env: CHILD_ENVIRONMENT,
    timeoutMs: TIMEOUT_MS,
  });
  if (exitCode !== 0 && exitCode !== NOT_FOUND) {
    throw new UserError('COMMAND_NOT_STARTED', `getent passwd ${nameOrId} failed`, {
      hint: 'see what it says: getent passwd; or run COMMAND as root: --as-root',
    });
  }
  return findEntry(stdout, nameOrId);
}

/** @param passwd - Lines as in `/etc/passwd`. */
export function findEntry(passwd: string, nameOrId: string): Account | undefined {
  const accounts = passwd.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = '', , home = '/', shell = ''] = line.split(':');
    if (name === '' || !/^\d{1,10}$/.test(uid) || !/^\d{1,10}$/.test(gid)) return [];
    return [{ name, uid: Number(uid), gid: Number(gid), home, shell }];
  });
  return (
    accounts.find(({ name }) => name === nameOrId) ??
    accounts.find(({ uid }) => String(uid) === nameOrId)
  );
}
