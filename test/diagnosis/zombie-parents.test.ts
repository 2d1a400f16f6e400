import { afterEach, beforeEach, expect, test } from 'vitest';
import { readZombieParents } from '../../src/diagnosis/zombie-parents.ts';
import { readZombies } from '../../src/procfs/zombies.ts';
import { statOf } from '../procfs/stat.ts';
import { FakeMachine } from './failed-forks/machine.ts';

let machine: FakeMachine;
beforeEach(() => {
  machine = new FakeMachine();
  machine.write({ '/proc/5/stat': statOf(5, 'S', 1), '/proc/5/cgroup': '0::/a b\n' });
  for (const id of [10, 11]) machine.write({ [`/proc/${id}/stat`]: statOf(id, 'Z', 5) });
});
afterEach(() => machine.remove());

test('a parent has its zombies, and those that are new since the window opened', () => {
  const before = readZombies(machine.root);
  // One is reaped, its id is given again, and another one ends.
  machine.write({
    '/proc/11/stat': statOf(11, 'Z', 5, { start: 200 }),
    '/proc/12/stat': statOf(12, 'Z', 5),
    '/proc/13/stat': statOf(13, 'Z', 77),
  });
  expect(readZombieParents(before, readZombies(machine.root), machine.root)).toEqual([
    { id: 5, comm: 'x', cgroup: '/a b', children: 3, newChildren: 2, oldestTicks: 100 },
    { id: 77, comm: null, cgroup: null, children: 1, newChildren: 1, oldestTicks: 100 },
  ]);
});

test('a parent that cannot reap yet, because other threads of the child run, is left out', () => {
  machine.write({ '/proc/10/stat': statOf(10, 'Z', 5, { threads: 2 }) });
  const parents = readZombieParents([], readZombies(machine.root), machine.root);
  expect(parents).toMatchObject([{ id: 5, children: 1 }]);
});

test('from a cgroup namespace its cgroup has the path of the kernel’s tree, where that is known', () => {
  const cgroupBy = (namespaceTop: string | undefined) =>
    readZombieParents([], readZombies(machine.root), machine.root, { top: '', namespaceTop })[0]
      ?.cgroup;
  expect(cgroupBy('/docker/x')).toBe('/docker/x/a b');
  expect(cgroupBy(undefined)).toBeNull();
});
