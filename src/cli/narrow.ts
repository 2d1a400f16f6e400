import { Option } from 'commander';
import { UserError } from '../errors.ts';
import type { Wanted } from '../scopes/narrow/wanted.ts';
import { quote } from '../settings/parse-conf.ts';

/** What narrows a view, as commander returns it. */
export interface NarrowFlags {
  readonly cgroup?: string;
  readonly comm?: string;
  readonly pid?: string;
  readonly user?: string;
}

/** Options that narrow a view, but `--user`, which may mean something else beside them. */
export function narrowOptions(): Option[] {
  return [
    new Option(
      '--cgroup <name>',
      'narrow to a cgroup and what is below: its path, or the name of a unit or container',
    ),
    new Option('--comm <name>', 'narrow to tasks of this name; * stands for any text'),
    new Option('--pid <pid>', 'narrow to a process and what descends from it'),
  ];
}

/**
 * What the flags narrow a view to.
 *
 * @returns `undefined` where they do not.
 * @throws UserError where there is no such user, or a word makes no sense.
 */
export async function readWanted({
  cgroup,
  comm,
  pid,
  user,
}: NarrowFlags): Promise<Wanted | undefined> {
  const given = { '--cgroup': cgroup, '--comm': comm, '--pid': pid, '--user': user };
  const empty = Object.entries(given).find(([, value]) => value === '');
  if (empty !== undefined) throw new UserError('USAGE', `${empty[0]} must not be empty`);
  if (Object.values(given).every((value) => value === undefined)) return undefined;
  return {
    cgroup: toBytes(cgroup),
    comm: toBytes(comm),
    pid: pid === undefined ? undefined : readPid(pid),
    user: user === undefined ? undefined : await readUser(user),
  };
}

function toBytes(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text).toString('latin1');
}

function readPid(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new UserError('USAGE', `--pid must be the id of a process, not ${quote(text)}`, {
    hint: 'pgrep -a NAME lists the processes of a name with their ids',
  });
}

async function readUser(user: string): Promise<NonNullable<Wanted['user']>> {
  const { findAccount } = await import('../host/account.ts');
  const account = await findAccount(user);
  if (account !== undefined) return { name: account.name, id: account.uid };
  if (/^\d{1,10}$/.test(user)) return { name: user, id: Number(user) };
  throw new UserError('USAGE', `--user must be a user of this machine, not ${quote(user)}`, {
    hint: 'getent passwd lists the users of this machine',
  });
}
