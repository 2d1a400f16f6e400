import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { readUnreaped } from '../../src/attribution/unreaped.ts';

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

test('where /proc is another one nobody is', () => {
  expect(() => readUnreaped('/nowhere')).toThrow(/ENOENT/);
});
