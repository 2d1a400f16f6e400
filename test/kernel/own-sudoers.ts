import { readFileSync, writeFileSync } from 'node:fs';
import { makeTemporaryDirectory } from '../scopes/cgroups/temporary-tree.ts';
import { type Ended, run } from './run-cli.ts';

/** What the agent's user may do by sudo is tried as this user, who is there in these tests alone. */
const USER = { name: 'netdata', uid: '9731', gid: '9731' };

/** Run as this user; setpriv changes nothing that sudo minds. */
export const AS_USER: readonly string[] = [
  ...['/usr/bin/setpriv', '--reuid', USER.uid, '--regid', USER.gid, '--clear-groups'],
];

/**
 * Run a command in a mount namespace in which there is a user `netdata`, and in which sudo knows these rules and no others.
 *
 * @param rules - Lines of sudoers.
 */
export function withSudoers(rules: string, words: readonly string[]): Promise<Ended> {
  const directory = makeTemporaryDirectory();
  const passwd = readFileSync('/etc/passwd', 'utf8').replace(/^netdata:.*\n/m, '');
  writeFileSync(
    `${directory}/passwd`,
    `${passwd}${USER.name}:x:${USER.uid}:${USER.gid}::/:/bin/sh\n`,
  );
  writeFileSync(`${directory}/sudoers`, `${rules}\n`, { mode: 0o440 });
  const script = [
    'mount -t tmpfs none /etc/sudoers.d',
    'mount --bind "$0/passwd" /etc/passwd',
    'mount --bind "$0/sudoers" /etc/sudoers',
    'exec "$@"',
  ].join(' && ');
  return run('/usr/bin/unshare', ['--mount', 'sh', '-c', script, directory, ...words]);
}
