import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childrenOf, readProc } from '../kernel/plugin-process.ts';
import { projectFile, run, STORM } from '../kernel/run-cli.ts';
import { Agent, CREATED, sleep } from './agent.ts';

let agent: Agent;

/** A storm of before is in no time that another is compared with. */
const AGAIN_AFTER_MS = 40_000;

/**
 * The alerts as they are delivered, but that their times are shorter: a minute is 4 s, 5 and 10 minutes are 6 s, the hour is 30 s,
 * they are looked at every second, and are not held back. What is compared, and with what, stays.
 */
function shorten(text: string): string {
  return text
    .replaceAll('-1h at -1m', '-30s at -6s')
    .replaceAll(/-(5|10)m/g, '-6s')
    .replaceAll('-1m', '-4s')
    .replaceAll(/every: .*/g, 'every: 1s')
    .replaceAll(/^ *delay: .*\n/gm, '');
}

beforeAll(async () => {
  const text = readFileSync(projectFile('config/health.d/ebpf_processes.conf'), 'utf8');
  agent = await Agent.start({ options: '--apps --mode return', health: shorten(text) });
  await agent.chart(CREATED);
  await agent.until('all alerts are clear', async () => {
    const statuses = [...QUIET, ...STORMS].map(([name]) => name);
    const alerts = await agent.alerts();
    return statuses.every((name) => alerts[`ebpf_processes_${name}`] === 'CLEAR');
  });
});

afterAll(async () => await agent.stop());

/** What raises an alert, again after a while where it did not; returns how to end that. */
type Cause = () => Promise<(() => void) | undefined>;

/** These do not disturb one another. */
const QUIET: readonly (readonly [string, Cause])[] = [
  ['zombies_growing', leakZombies],
  ['forks_failing', async () => void (await run(STORM, ['0', '0', '0', '50']))],
  ['crash_loop', async () => void (await crash(30))],
];
const STORMS: readonly (readonly [string, Cause])[] = [
  ['fork_storm', async () => void (await run(STORM, ['20000', '0', '0', '0']))],
  ['completeness', killBpftraceInStorm],
];

test.concurrent.each(QUIET)('%s is raised by a real cause, and cleared after it', raiseAndClear);
test.each(STORMS)('%s is raised by a real cause, and cleared after it', raiseAndClear);

async function raiseAndClear(name: string, cause: Cause): Promise<void> {
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
}

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
