import { execFileSync, spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { makeRealTime } from '../../src/tracer/real-time.ts';

const policyOf = (pid: number | undefined) =>
  execFileSync('chrt', ['--pid', String(pid)], { encoding: 'utf8' });

test('a process gets the lowest real-time priority; one that is gone is no failure', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    expect(policyOf(child.pid)).toMatch(/SCHED_OTHER/);
    await makeRealTime(child.pid ?? 0);
    expect(policyOf(child.pid)).toMatch(/SCHED_FIFO\n.*priority: 1\n/);
  } finally {
    child.kill('SIGKILL');
  }
  await makeRealTime(2 ** 22);
});
