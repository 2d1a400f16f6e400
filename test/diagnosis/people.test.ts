import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { People } from '../../src/diagnosis/people.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(`${tmpdir()}/ebpf-processes-people-`);
  mkdirSync(`${root}/etc`);
  writeFileSync(`${root}/etc/passwd`, 'root:x:0:0::/root:/bin/sh\nwww:x:33:33::/var/www:/bin/sh\n');
});
afterEach(() => rmSync(root, { recursive: true }));

function addProcess(id: number, comm: string, parent: number, uid = 0, cmdline = '') {
  const directory = `${root}/proc/${id}`;
  mkdirSync(directory, { recursive: true });
  const fields = ['S', parent, ...Array.from({ length: 15 }, () => 0), 1, 0, 100, 0];
  writeFileSync(`${directory}/stat`, `${id} (${comm}) ${fields.join(' ')}\n`, 'latin1');
  writeFileSync(`${directory}/status`, `Name:\t${comm}\nUid:\t${uid}\t0\t0\t0\n`, 'latin1');
  writeFileSync(`${directory}/cmdline`, cmdline, 'latin1');
}

test('who was met is known with user, command line and ancestors, also when it is gone', () => {
  addProcess(1, 'init', 0);
  addProcess(20, 'sshd', 1);
  addProcess(30, 'ba) sh', 20);
  addProcess(40, 'storm.sh', 30, 33, 'sh\0-c\0\0a b\0');
  const people = new People(root);
  people.meet(40);
  rmSync(`${root}/proc/40`, { recursive: true });
  people.meet(40);
  expect(people.list([40, 41, 40])).toEqual([
    {
      id: 40,
      comm: 'storm.sh',
      user: 'www',
      line: ['sh', '-c', '', 'a b'],
      ancestors: [
        { id: 30, comm: 'ba) sh' },
        { id: 20, comm: 'sshd' },
      ],
    },
  ]);
});

test('a user without a name has a number, a thread of the kernel no command line', () => {
  addProcess(7, 'kworker/0:1', 2, 4_242);
  const people = new People(root);
  people.meet(7);
  expect(people.list([7])).toMatchObject([{ user: '4242', line: [], ancestors: [] }]);
});

test('a long command line is cut', () => {
  addProcess(5_000, 'long', 1, 0, 'x'.repeat(2_000_000));
  expect(new People(root).list([5_000])[0]?.line[0]).toHaveLength(300);
});

test('of those that are gone the first that were met are remembered, until the next window', () => {
  const people = new People(root);
  const ids = Array.from({ length: 210 }, (_, i) => 6_000 + i);
  for (const id of ids) {
    addProcess(id, 'c', 1);
    people.meet(id);
    rmSync(`${root}/proc/${id}`, { recursive: true });
  }
  expect(people.list(ids)).toHaveLength(200);
  people.reset();
  expect(people.list(ids)).toEqual([]);
});
