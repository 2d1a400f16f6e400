import { expect, test } from 'vitest';
import { findAccount, findEntry } from '../../src/host/account.ts';

const PASSWD = `root:x:0:0:root:/root:/bin/bash
ann:x:1000:1001:Ann,,,:/home/ann:/bin/zsh
1000:x:2000:2000::/srv:
broken:x:many:1::/:/bin/sh
huge:x:99999999999:1::/:/bin/sh
`;

test.each([
  ['a name', 'ann', { name: 'ann', uid: 1000, gid: 1001, home: '/home/ann', shell: '/bin/zsh' }],
  ['an id', '2000', { name: '1000', uid: 2000, gid: 2000, home: '/srv', shell: '' }],
  ['a name that looks like an id', '1000', { name: '1000', uid: 2000 }],
])('a user is found by %s', (_, nameOrId, account) => {
  expect(findEntry(PASSWD, nameOrId)).toMatchObject(account);
});

test.each(['bob', '', 'ro', '3000', 'broken', 'huge', '-', 'ann:x'])(
  'there is no user %j',
  (name) => {
    expect(findEntry(PASSWD, name)).toBeUndefined();
  },
);

test('root is in the database of every machine', async () => {
  expect(await findAccount('root')).toMatchObject({ uid: 0, gid: 0 });
  expect(await findAccount('0')).toMatchObject({ name: 'root' });
});

test.each(['--help', 'no such user', 'root\nroot', ''])('nobody is called %j', async (name) => {
  expect(await findAccount(name)).toBeUndefined();
});
