import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readZombies, ZombieScan } from '../../src/procfs/zombies.ts';
import { FakeMachine } from '../diagnosis/failed-forks/machine.ts';
import { statOf } from './stat.ts';

test('a process that its parent does not wait for is a zombie, and is none once it is reaped', async () => {
  // The shell starts a child and becomes a program that never waits for it.
  const parent = spawn('sh', ['-c', 'true & exec sleep 60'], { stdio: 'ignore' });
  try {
    const ours = () => readZombies().filter(({ parent: id }) => id === parent.pid);
    await expect.poll(() => ours().length, { timeout: 10_000 }).toBe(1);
    const id = ours()[0]?.id;
    parent.kill('SIGKILL');
    await expect
      .poll(() => readZombies().some((one) => one.id === id && one.parent === parent.pid), {
        timeout: 10_000,
      })
      .toBe(false);
  } finally {
    parent.kill('SIGKILL');
  }
});

describe('a scan', () => {
  let machine: FakeMachine;
  beforeEach(() => {
    machine = new FakeMachine();
    machine.write({ '/proc/uptime': '', '/proc/5/stat': statOf(5, 'S', 1) });
    for (const id of [10, 11, 12]) machine.write({ [`/proc/${id}/stat`]: statOf(id, 'Z', 5) });
    machine.write({ '/proc/13/stat': statOf(13, 'Z', 5, { threads: 2 }) });
  });
  afterEach(() => machine.remove());

  test('looks at some processes at a time, and begins anew when it is through', () => {
    const scan = new ZombieScan(machine.root);
    expect([scan.step(2), scan.step(2)]).toEqual([undefined, undefined]);
    expect(
      scan
        .step(2)
        ?.map(({ id }) => id)
        .sort(),
    ).toEqual([10, 11, 12, 13]);
    machine.write({ '/proc/10/stat': statOf(10, 'S', 5) });
    expect(
      scan
        .step(9)
        ?.map(({ id }) => id)
        .sort(),
    ).toEqual([11, 12, 13]);
  });

  test('tells whether other threads of a process run', () => {
    const zombies = readZombies(machine.root);
    expect(zombies.filter(({ hasThreads }) => hasThreads).map(({ id }) => id)).toEqual([13]);
  });
});

test('where /proc is not mounted it cannot be read', () => {
  expect(() => readZombies('/nowhere')).toThrow(/ENOENT/);
});
