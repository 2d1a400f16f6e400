import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readEnding, readUnreaped, readUnreapingParents } from '../../src/procfs/zombies.ts';
import { FakeMachine } from '../diagnosis/refusals/machine.ts';

test('a process that its parent does not wait for is unreaped, and is no longer once it is', async () => {
  // The shell starts a child and becomes a program that never waits for it.
  const parent = spawn('sh', ['-c', 'true & exec sleep 60'], { stdio: 'ignore' });
  try {
    const ours = () => readUnreaped().filter(({ parent: id }) => id === parent.pid);
    await expect.poll(() => ours().length, { timeout: 10_000 }).toBe(1);
    const id = ours()[0]?.id;
    parent.kill('SIGKILL');
    await expect
      .poll(() => readUnreaped().some((one) => one.id === id && one.parent === parent.pid), {
        timeout: 10_000,
      })
      .toBe(false);
  } finally {
    parent.kill('SIGKILL');
  }
});

describe('who leaves children unreaped', () => {
  let machine: FakeMachine;
  beforeEach(() => {
    machine = new FakeMachine();
    machine.write({ '/proc/5/stat': statOf(5, 'S', 1), '/proc/5/cgroup': '0::/a b\n' });
    for (const id of [10, 11]) machine.write({ [`/proc/${id}/stat`]: statOf(id, 'Z', 5) });
  });
  afterEach(() => machine.remove());

  test('is told with those that ended since the window opened', () => {
    const before = readUnreaped(machine.root);
    // One is reaped, its id is given again, and another one ends.
    machine.write({
      '/proc/11/stat': statOf(11, 'Z', 5, { start: 200 }),
      '/proc/12/stat': statOf(12, 'Z', 5),
      '/proc/13/stat': statOf(13, 'Z', 77),
    });
    expect(readUnreapingParents(before, machine.root)).toEqual([
      { id: 5, comm: 'x', cgroup: '/a b', children: 3, newChildren: 2 },
      { id: 77, comm: undefined, cgroup: undefined, children: 1, newChildren: 1 },
    ]);
  });

  test('is not who cannot reap yet, because other threads of the child run', () => {
    machine.write({ '/proc/10/stat': statOf(10, 'Z', 5, { threads: 2 }) });
    expect(readUnreaped(machine.root)).toHaveLength(2);
    expect(readUnreapingParents([], machine.root)).toMatchObject([{ id: 5, children: 1 }]);
  });
});

test('a task that has begun to end is found until it is gone, a thread too', () => {
  const machine = new FakeMachine();
  try {
    machine.write({
      '/proc/7/task/7/stat': statOf(7, 'S', 1),
      '/proc/7/task/8/stat': statOf(8, 'D', 1, { flags: 0x40404c }),
      '/proc/9/task/9/stat': statOf(9, 'Z', 1, { flags: 0x40404c }),
      '/proc/uptime': '',
    });
    expect(readEnding(machine.root)).toEqual([
      { id: 7, parent: 1, thread: 8, comm: 'x', startTicks: 100 },
      { id: 9, parent: 1, thread: 9, comm: 'x', startTicks: 100 },
    ]);
  } finally {
    machine.remove();
  }
});

test('where /proc is another one nobody is', () => {
  expect(() => readUnreaped('/nowhere')).toThrow(/ENOENT/);
});

function statOf(
  id: number,
  state: string,
  parent: number,
  { start = 100, threads = 1, flags = 0 } = {},
) {
  const zeros = (length: number) => Array.from({ length }, () => '0').join(' ');
  return `${id} (x) ${state} ${parent} ${zeros(4)} ${flags} ${zeros(10)} ${threads} 0 ${start} 0 0\n`;
}
