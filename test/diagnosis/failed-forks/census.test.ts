import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeCensus } from '../../../src/diagnosis/failed-forks/census.ts';
import { FakeMachine } from './machine.ts';

let machine: FakeMachine;
beforeEach(() => {
  machine = new FakeMachine();
});
afterEach(() => machine.remove());

const FIRST = 'user:[4026531837]';
/** Of a user without privilege, and of root. */
const ROOTLESS = { userNamespace: 'user:[5]', uidMap: '         0       1000          1' };
const REMAPPED = { userNamespace: 'user:[6]', uidMap: '         0     100000      65536' };

/** Users are ids of the first user namespace. */
function addProcesses(): void {
  machine.addProcess(10, { user: 1000, threads: 3 });
  machine.addProcess(11, { user: 1000, threads: 4, ...ROOTLESS });
  machine.addProcess(12, { user: 1000, threads: 5, ...REMAPPED });
}

test.each([
  ['the first namespace and those that the user made', FIRST, 7],
  ['a namespace of its own, whose maker is charged too', ROOTLESS.userNamespace, 7],
  ['a namespace that root made: they count there alone', REMAPPED.userNamespace, 5],
])('tasks of a user since Linux 5.14, in %s', (_, userNamespace, tasks) => {
  machine.write({ '/proc/sys/kernel/osrelease': '5.14.0-1.el9\n' });
  addProcesses();
  expect(takeCensus(machine.root).tasksOfUser({ user: 1000, userNamespace })).toBe(tasks);
});

test('tasks of a user before Linux 5.14 count together wherever they are', () => {
  machine.write({ '/proc/sys/kernel/osrelease': '5.10.0-32-amd64\n' });
  addProcesses();
  const { tasksOfUser } = takeCensus(machine.root);
  expect(tasksOfUser({ user: 1000, userNamespace: REMAPPED.userNamespace })).toBe(12);
});

test('what ended is not counted, and what nobody has is 0', () => {
  machine.write({ '/proc/13/comm': 'sh\n', '/proc/version': '' });
  const census = takeCensus(machine.root);
  expect(census.tasksOfUser({ user: 1, userNamespace: FIRST })).toBe(0);
  expect(census.tasksIn('pid:[1]')).toBe(0);
  expect(census.namespacesOf(1).size).toBe(0);
});
