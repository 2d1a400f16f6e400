import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childrenOf, readProc } from '../kernel/plugin-process.ts';
import { projectFile, run, STORM } from '../kernel/run-cli.ts';
import { Agent, CREATED, sleep } from './agent.ts';

let agent: Agent;

/** bpftrace is back by then, and the alert has seen what was counted. */
const AGAIN_AFTER_MS = 10_000;

/**
 * The alerts as they are delivered, but that their times are shorter: a minute is 4 s, 5 and 10 minutes are 10 s, the hour is 30 s,
 * they are looked at every second, and are not held back. What is compared, and with what, stays.
 */
function shorten(text: string): string {
  return text
    .replaceAll('-1h at -1m', '-30s at -6s')
    .replaceAll(/-(5|10)m/g, '-10s')
    .replaceAll('-1m', '-4s')
    .replaceAll(/every: .*/g, 'every: 1s')
    .replaceAll(/^ *delay: .*\n/gm, '');
}

beforeAll(async () => {
  const text = readFileSync(projectFile('config/health.d/ebpf_processes.conf'), 'utf8');
  agent = await Agent.start({ options: '--apps --mode return', health: shorten(text) });
  await agent.chart(CREATED);
  await agent.until('all alerts are clear', async () => {
    const statuses = RAISED_BY.map(([name]) => name);
    const alerts = await agent.alerts();
    return statuses.every((name) => alerts[`ebpf_processes_${name}`] === 'CLEAR');
  });
});

afterAll(async () => await agent.stop());

/** Each alert, and what raises it, again after a while where it was not; returns how to end that. */
const RAISED_BY: readonly (readonly [string, () => Promise<(() => void) | undefined>])[] = [
  ['zombies_growing', leakZombies],
  ['forks_failing', async () => void (await run(STORM, ['0', '0', '0', '50']))],
  ['crash_loop', async () => void (await crash(30))],
  ['fork_storm', async () => void (await run(STORM, ['8000', '0', '0', '0']))],
  ['completeness', killBpftraceInStorm],
];

test.each(RAISED_BY)('%s is raised by a real cause, and cleared after it', async (name, cause) => {
  const status = async () => (await agent.alerts())[`ebpf_processes_${name}`] ?? '';
  let end: (() => void) | undefined;
  let causedAtMs = Number.NEGATIVE_INFINITY;
  await agent.until(`${name} is raised`, async () => {
    if (['WARNING', 'CRITICAL'].includes(await status())) return true;
    const isDue = performance.now() - causedAtMs > AGAIN_AFTER_MS;
    if (end !== undefined || !isDue) return false;
    end = await cause();
    causedAtMs = performance.now();
    return false;
  });
  end?.();
  await agent.until(`${name} is clear`, async () => (await status()) === 'CLEAR');
});

test('the agent has no fault to find with the file', () => {
  const faults = agent.errors
    .split('\n')
    .filter((line) => /health/i.test(line) && /ebpf_processes/.test(line));
  expect(faults.filter((line) => /ERROR/.test(line))).toEqual([]);
});

/** A parent that does not ask for its children. */
async function leakZombies(): Promise<() => void> {
  const script = 'for i in $(seq 150); do true & done; exec sleep 60';
  const parent = spawn('sh', ['-c', script], { stdio: 'ignore' });
  return () => parent.kill('SIGKILL');
}

async function crash(times: number): Promise<void> {
  const script = `ulimit -c 0; for i in $(seq ${times}); do sh -c 'kill -SEGV $$'; done`;
  await run('sh', ['-c', script]);
}

async function killBpftraceInStorm(): Promise<undefined> {
  const storm = run(STORM, ['8000', '0', '0', '0']);
  await sleep(300);
  const isBpftrace = (pid: number) => readProc(pid, 'comm') === 'bpftrace\n';
  const bpftrace = childrenOf(agent.pluginPid ?? 0).find(isBpftrace);
  if (bpftrace !== undefined) process.kill(bpftrace, 'SIGKILL');
  await storm;
}
