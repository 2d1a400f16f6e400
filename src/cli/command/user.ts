import { UserError } from '../../errors.ts';
import { type Account, findAccount } from '../../host/account.ts';
import { findExecutable } from '../../host/executables.ts';
import { quote } from '../../settings/parse-conf.ts';

/** Whom the command line says COMMAND runs as. */
export interface UserWish {
  readonly user: string | undefined;
  readonly asRoot: boolean;
}

/** Another user than ours, as whom COMMAND runs. */
export interface CommandUser {
  /** Its name, or its id where it has none. */
  readonly name: string;
  /** Words before those of COMMAND: a program that takes the user's rights, and executes COMMAND in its own place. */
  readonly words: readonly string[];
  /** The program's name. */
  readonly launcher: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type FindAccount = typeof findAccount;

/** Who became root, as `sudo`, `pkexec` and `doas` leave it in the environment; the first that is there counts. */
const CALLERS = ['SUDO_UID', 'PKEXEC_UID', 'DOAS_USER'] as const;

/** What sudo adds to the environment. A command that runs as its caller did not come by sudo. */
const LEFT_OUT = ['SUDO_UID', 'SUDO_GID', 'SUDO_USER', 'SUDO_COMMAND', 'PKEXEC_UID', 'DOAS_USER'];

/**
 * Whom COMMAND runs as: who is named, or who called sudo; otherwise we ourselves.
 *
 * @param find - Looks into the user database.
 * @returns `undefined` where that is our own user.
 * @throws UserError where there is no such user, or we may not become it.
 */
export async function chooseUser(
  { user, asRoot }: UserWish,
  environment: NodeJS.ProcessEnv,
  effectiveUid: number,
  find: FindAccount = findAccount,
): Promise<CommandUser | undefined> {
  if (user !== undefined && asRoot) {
    throw new UserError('USAGE', '--user and --as-root name two users for one COMMAND');
  }
  if (user !== undefined) return await becomeNamed(user, effectiveUid, find);
  if (asRoot && effectiveUid !== 0) throw notRoot('--as-root', effectiveUid);
  return asRoot || effectiveUid !== 0 ? undefined : await becomeCaller(environment, find);
}

async function becomeNamed(
  user: string,
  effectiveUid: number,
  find: FindAccount,
): Promise<CommandUser | undefined> {
  const account = await find(user);
  if (account === undefined) {
    throw new UserError('USAGE', `--user must be a user of this machine, not ${quote(user)}`, {
      hint: 'getent passwd lists the users of this machine',
    });
  }
  if (account.uid === effectiveUid) return undefined;
  if (effectiveUid !== 0) throw notRoot('--user', effectiveUid);
  return become(account);
}

async function becomeCaller(
  environment: NodeJS.ProcessEnv,
  find: FindAccount,
): Promise<CommandUser | undefined> {
  const variable = CALLERS.find((name) => environment[name] !== undefined);
  const caller = variable && environment[variable];
  if (variable === undefined || caller === undefined) return undefined;
  const account = await find(caller);
  if (account?.uid === 0 || caller === '0') return undefined;
  const gid = variable === 'SUDO_UID' ? readId(environment['SUDO_GID']) : undefined;
  if (account !== undefined) return become({ ...account, gid: gid ?? account.gid });
  const uid = readId(caller);
  // Its home is not known, and root's is not its own.
  if (uid !== undefined) {
    return become({ name: '', uid, gid: gid ?? uid, home: '/', shell: '/bin/sh' });
  }
  throw new UserError('USAGE', `${variable} must be a user of this machine, not ${quote(caller)}`, {
    hint: 'say whom COMMAND runs as: --user NAME, or --as-root',
  });
}

function become({ name, uid, gid, home, shell }: Account): CommandUser {
  const setpriv = findExecutable('setpriv');
  const shown = name === '' ? String(uid) : name;
  if (setpriv === undefined) {
    throw new UserError(
      'COMMAND_NOT_STARTED',
      `setpriv, which runs COMMAND as ${shown}, is missing`,
      {
        hint: 'install util-linux, or run COMMAND as root: --as-root',
      },
    );
  }
  return {
    name: shown,
    words: [
      ...[setpriv, '--reuid', String(uid), '--regid', String(gid)],
      ...[name === '' ? '--clear-groups' : '--init-groups', '--'],
    ],
    launcher: 'setpriv',
    environment: {
      ...Object.fromEntries(LEFT_OUT.map((variable) => [variable, undefined])),
      ...{ HOME: home, USER: shown, LOGNAME: shown },
      ...(shell === '' ? {} : { SHELL: shell }),
    },
  };
}

function readId(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

function notRoot(option: string, uid: number): UserError {
  return new UserError('NOT_ROOT', `${option} needs root, this is uid ${uid}`, {
    hint: 'run this with sudo',
  });
}
