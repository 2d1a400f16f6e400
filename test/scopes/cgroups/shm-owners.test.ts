import { expect, test } from 'vitest';
import { listShmOwners } from '../../../src/scopes/cgroups/shm-owners.ts';
import { makeTemporaryDirectory, writeFileBelow } from './temporary-tree.ts';

const US = process.geteuid?.() ?? 0;
const USERS = [
  'root:x:0:0::/:/bin/sh',
  'netdata:x:4711:1::/:/bin/sh',
  'monitor:x:4712:1::/:/bin/sh',
];

test('root, netdata and ourselves are believed', () => {
  const root = makeTemporaryDirectory();
  expect(listShmOwners(root, [])).toEqual([0, US]);
  writeFileBelow(root, '/etc/passwd', USERS.join('\n'));
  expect(listShmOwners(root, [`${root}/etc/netdata`])).toEqual([0, US, 4711]);
});

test.runIf(US === 0)("so is the user that root's netdata.conf names", () => {
  const root = makeTemporaryDirectory();
  writeFileBelow(root, '/etc/passwd', USERS.join('\n'));
  writeFileBelow(root, '/etc/netdata/netdata.conf', '[global]\n    run as user = monitor\n');
  expect(listShmOwners(root, [`${root}/etc/netdata`])).toEqual([0, US, 4711, 4712]);
});
