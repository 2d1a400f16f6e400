import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeRealTime } from '../../src/bpftrace/real-time.ts';
import { projectFile } from './run-cli.ts';

const CAP_SYS_RESOURCE = 24n;
const [, capabilities = '0'] =
  /^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
const hasResource = ((BigInt(`0x${capabilities}`) >> CAP_SYS_RESOURCE) & 1n) === 1n;

const policyOf = (pid: number | undefined) =>
  execFileSync('chrt', ['--pid', String(pid)], { encoding: 'utf8' });

test('a process gets the lowest real-time priority; one that is gone gets none, which is said', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    expect(policyOf(child.pid)).toMatch(/SCHED_OTHER/);
    expect(await makeRealTime(child.pid ?? 0)).toBeUndefined();
    expect(policyOf(child.pid)).toMatch(/SCHED_FIFO\n.*priority: 1\n/);
  } finally {
    child.kill('SIGKILL');
  }
  expect(await makeRealTime(2 ** 22)).toMatch(/^chrt: .+/);
});

test.skipIf(!hasResource)(
  'a service without CAP_SYS_NICE, as Netdata’s, gives it by CAP_SYS_RESOURCE',
  () => {
    const script = `
    const { spawn, execFileSync } = await import('node:child_process');
    const { makeRealTime } = await import(${JSON.stringify(projectFile('src/bpftrace/real-time.ts'))});
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const problem = await makeRealTime(child.pid);
    const policy = execFileSync('chrt', ['--pid', String(child.pid)], { encoding: 'utf8' });
    child.kill('SIGKILL');
    console.log(JSON.stringify({ problem, policy }));`;
    const service = ['--bounding-set=-sys_nice', '--inh-caps=-sys_nice'];
    const node = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', script];
    const { problem, policy } = JSON.parse(
      execFileSync('setpriv', [...service, ...node], { encoding: 'utf8' }),
    );
    expect(problem).toBeUndefined();
    expect(policy).toMatch(/SCHED_FIFO/);
  },
);
