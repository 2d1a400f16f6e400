import { expect, test } from 'vitest';
import { parseSudoListing } from '../../src/host/sudo-rules.ts';

const LISTING = `Matching Defaults entries for netdata on vm:
    secure_path=/usr/local/sbin\\:/usr/bin, !requiretty

User netdata may run the following commands on vm:
    (root) NOPASSWD: /usr/bin/bpftrace, /bin/ls
    (root) NOPASSWD: SETENV: /usr/bin/bpftrace -f json *\\, x, !/usr/bin/bpftrace --unsafe *
    (ALL : ALL) /usr/bin/id,
        /usr/bin/who
`;

test('every command that sudo lists is found, with what stands before it', () => {
  expect(parseSudoListing(LISTING).map(({ text }) => text)).toEqual([
    '(root) NOPASSWD: /usr/bin/bpftrace',
    '(root) NOPASSWD: /bin/ls',
    '(root) NOPASSWD: SETENV: /usr/bin/bpftrace -f json *\\, x',
    '(ALL : ALL) /usr/bin/id',
    '(ALL : ALL) /usr/bin/who',
  ]);
});

test.each(['', 'User netdata is not allowed to run sudo on vm.\n', 'sudo: unknown user netdata\n'])(
  'none in %j',
  (text) => {
    expect(parseSudoListing(text)).toEqual([]);
  },
);
