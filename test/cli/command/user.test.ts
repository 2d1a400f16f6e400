import { describe, expect, test } from 'vitest';
import { chooseUser, type UserWish } from '../../../src/cli/command/user.ts';
import type { Account } from '../../../src/host/account.ts';

const ANN: Account = { name: 'ann', uid: 1000, gid: 1001, home: '/home/ann', shell: '/bin/zsh' };
const ROOT: Account = { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/sh' };

function choose(wish: Partial<UserWish>, environment: NodeJS.ProcessEnv = {}, effectiveUid = 0) {
  return chooseUser(
    { user: undefined, asRoot: false, ...wish },
    environment,
    effectiveUid,
    (name) =>
      Promise.resolve(
        [ANN, ROOT].find((account) => account.name === name || String(account.uid) === name),
      ),
  );
}

const SUDO = { SUDO_UID: '1000', SUDO_GID: '1002', SUDO_USER: 'ann' };

describe('a command runs as', () => {
  test('who called sudo, with the group that he had', async () => {
    const user = await choose({}, SUDO);
    expect(user).toMatchObject({
      name: 'ann',
      launcher: 'setpriv',
      environment: { HOME: '/home/ann', USER: 'ann', LOGNAME: 'ann', SHELL: '/bin/zsh' },
    });
    expect(user?.words.slice(1)).toEqual([
      ...['--reuid', '1000', '--regid', '1002', '--init-groups', '--'],
    ]);
    expect(user?.environment).toMatchObject({ SUDO_UID: undefined, SUDO_USER: undefined });
  });

  test.each([
    ['pkexec', { PKEXEC_UID: '1000' }],
    ['doas', { DOAS_USER: 'ann' }],
  ])('who called %s', async (_, environment) => {
    const user = await choose({}, environment);
    expect(user?.words.slice(1, 5)).toEqual(['--reuid', '1000', '--regid', '1001']);
  });

  test('who is named, whoever called sudo', async () => {
    const user = await choose({ user: 'ann' }, { SUDO_UID: '77', SUDO_GID: '78' });
    expect(user?.words.slice(1, 5)).toEqual(['--reuid', '1000', '--regid', '1001']);
  });

  test('a caller without an entry in the user database: by his ids, with no other groups', async () => {
    const user = await choose({}, { SUDO_UID: '77', SUDO_GID: '78' });
    expect(user).toMatchObject({ name: '77', environment: { HOME: '/', USER: '77' } });
    expect(user?.words.slice(1)).toEqual([
      '--reuid',
      '77',
      '--regid',
      '78',
      '--clear-groups',
      '--',
    ]);
  });

  test.each<[string, Partial<UserWish>, NodeJS.ProcessEnv, number]>([
    ['that nobody called with sudo', {}, {}, 0],
    ['that root called with sudo', {}, { SUDO_UID: '0', SUDO_GID: '0' }, 0],
    ['that are to stay root', { asRoot: true }, SUDO, 0],
    ['that are named root', { user: 'root' }, SUDO, 0],
    ['without root', {}, SUDO, 1000],
    ['that are named as they are', { user: 'ann' }, {}, 1000],
  ])('we do, %s', async (_, wish, environment, uid) => {
    expect(await choose(wish, environment, uid)).toBeUndefined();
  });
});

describe('is refused', () => {
  test.each<[string, Partial<UserWish>, NodeJS.ProcessEnv, number, string]>([
    ['nobody', { user: 'bob' }, {}, 0, '--user must be a user of this machine, not "bob"'],
    ['a name of nothing', { user: '' }, {}, 0, '--user must be a user of this machine, not ""'],
    [
      'two users',
      { user: 'ann', asRoot: true },
      {},
      0,
      '--user and --as-root name two users for one COMMAND',
    ],
    [
      'another user without root',
      { user: 'root' },
      {},
      1000,
      '--user needs root, this is uid 1000',
    ],
    ['root without root', { asRoot: true }, {}, 1000, '--as-root needs root, this is uid 1000'],
    [
      'a caller that is none',
      {},
      { SUDO_UID: 'x' },
      0,
      'SUDO_UID must be a user of this machine, not "x"',
    ],
  ])('%s', async (_, wish, environment, uid, message) => {
    await expect(choose(wish, environment, uid)).rejects.toThrow(message);
  });
});
