import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCgroupLayout } from '../../src/attribution/cgroups/cgroup-layout.ts';
import type { Report } from '../../src/output/report.ts';
import { readRealBpftraces } from './bpftraces.ts';
import { waitUntilGone } from './plugin-process.ts';
import { CLI, observe, PACE, run } from './run-cli.ts';

const RUNS = Number(process.env['ATTRIBUTION_RUNS'] ?? 5);

/** 0.11 cannot read the type information of a kernel of today: there counts are not kept apart. */
const ABLE = readRealBpftraces().filter(({ version }) => !version.startsWith('0.11.'));

const layout = readCgroupLayout('');
const MOUNT = 'v2Mount' in layout ? layout.v2Mount : '';

/** The machine is busy with something else meanwhile. */
let others: ChildProcess;
beforeAll(() => {
  others = spawn(PACE, ['rate', '200', '100000'], { stdio: 'ignore' });
});
afterAll(() => {
  others.kill('SIGKILL');
});

describe.each(ABLE)('bpftrace $version', ({ path }) => {
  const using = ['--bpftrace', path];

  test.each(Array.from({ length: RUNS }, (_, i) => i + 1))(
    'says exactly what a command did, on a busy machine, run %i',
    async () => {
      const loop = 'i=0; while [ $i -lt 101 ]; do /bin/true; i=$((i+1)); done';
      const { report } = await observe([...using, '--', 'sh', '-c', loop]);
      const { command } = report;
      // Besides the 101 there is sh itself: we create it, it executes, it exits.
      expect(command?.counters).toMatchObject({
        process_created: 102,
        thread_created: 0,
        exec: 102,
        process_exited: 102,
        thread_exited: 0,
      });
      const ofTrue = command?.comms?.find(({ name }) => name === 'true');
      expect(ofTrue).toMatchObject({ exec: 101, process_exited: 101 });
      expectSums(report);
      expect(report.system.process_created).toBeGreaterThan(102);
    },
  );

  test('a storm of one parent fits into a small table', async () => {
    const { report } = await observe([
      ...using,
      '--pid-table-size',
      '1024',
      '--',
      PACE,
      'vfork',
      '20000',
    ]);
    expect(report.command?.counters).toMatchObject({
      process_created: 20_001,
      process_exited: 20_001,
    });
    expect(report.unattributed?.overflow).toMatchObject({ process_created: 0, process_exited: 0 });
    expectSums(report);
  });

  test('what does not fit into the table is counted as overflow', async () => {
    const shells = 'i=0; while [ $i -lt 400 ]; do sh -c "true; /bin/true; true"; i=$((i+1)); done';
    const { report } = await observe([
      ...using,
      '--pid-table-size',
      '64',
      '--',
      'sh',
      '-c',
      shells,
    ]);
    expect(report.unattributed?.overflow.process_created).toBeGreaterThan(0);
    expectSums(report);
  });

  test('a cgroup of a container that makes 23 processes is named, with its 23', async () => {
    const id = 'c0ffee'.repeat(11).slice(0, 64);
    const directory = `${MOUNT}/docker/${id}`;
    mkdirSync(directory, { recursive: true });
    try {
      const inside = `echo $$ >${directory}/cgroup.procs; i=0; while [ $i -lt 23 ]; do /bin/true; i=$((i+1)); done`;
      const { report } = await observe([...using, '--', 'sh', '-c', inside]);
      const container = report.cgroups?.find(({ name }) => name === id.slice(0, 12));
      expect(container).toMatchObject({ process_created: 23, exec: 23, path: `/docker/${id}` });
    } finally {
      rmdirSync(directory);
      rmdirSync(`${MOUNT}/docker`);
    }
  });
});

test('leaves no cgroup behind, also when it is killed', async () => {
  const child = spawn(CLI, ['--once', '--', 'sleep', '0.5'], { stdio: 'ignore' });
  await until(() => ownCgroups().length > 0);
  await until(() => ownCgroups().some((name) => readProcs(name) !== ''));
  child.kill('SIGKILL');
  await waitUntilGone(child.pid ?? 0, 5_000);
  await until(() => ownCgroups().length === 0);
  await run(CLI, ['--once', '--', 'true']);
  expect(ownCgroups()).toEqual([]);
});

test('a process that the command leaves running is left alone', async () => {
  const { report } = await observe(['--', 'sh', '-c', 'sleep 30 >/dev/null 2>&1 & echo $! >&2']);
  expect(report.command?.counters).toMatchObject({ process_created: 2, process_exited: 1 });
  await until(() => ownCgroups().length === 0);
});

/** For each counter: the app groups with the rests are the whole, and so are the cgroups and services. */
function expectSums({ system, apps, cgroups, services, unattributed }: Report): void {
  const rests = [unattributed?.overflow, unattributed?.unknown];
  const total = (
    scopes: readonly (Report['system'] | undefined)[],
    counter:
      | 'exec'
      | 'released'
      | 'process_created'
      | 'thread_created'
      | 'process_exited'
      | 'thread_exited',
  ) => scopes.reduce((sum, scope) => sum + (scope?.[counter] ?? 0), 0);
  for (const counter of [
    'process_created',
    'thread_created',
    'exec',
    'process_exited',
    'thread_exited',
    'released',
  ] as const) {
    expect(total([...(apps ?? []), ...rests], counter), counter).toBe(system[counter]);
    expect(total([...(cgroups ?? []), ...(services ?? []), ...rests], counter), counter).toBe(
      system[counter],
    );
  }
}

function ownCgroups(): string[] {
  return readdirSync(MOUNT).filter((name) => name.startsWith('ebpf-processes-'));
}

function readProcs(name: string): string {
  const file = `${MOUNT}/${name}/cgroup.procs`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error('it did not come about within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
