import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCgroupLayout } from '../../src/host/cgroup-layout.ts';
import type { Report } from '../../src/report/report.ts';
import { readRealBpftraces } from './bpftraces.ts';
import { type Ended, expectBalanced, NAMED, observe, PACE } from './run-cli.ts';

const RUNS = Number(process.env['ATTRIBUTION_RUNS'] ?? 2);

const layout = readCgroupLayout('');
const MOUNT = 'v2Mount' in layout ? layout.v2Mount : '';

/** 0.11 cannot read the type information of a kernel of today. */

const STORM_CHILDREN = Number(process.env['ATTRIBUTION_STORM'] ?? 20_000);

/** Five groups of six names, each found by another kind of pattern. */
const NAMED_GROUPS = {
  exact: ['xa', 'xb', 'xc', 'xd', 'xe', 'xf'],
  prefix: ['pre-1', 'pre-2', 'pre-3', 'pre-4', 'pre-5', 'pre-6'],
  suffix: ['1-suf', '2-suf', '3-suf', '4-suf', '5-suf', '6-suf'],
  inside: ['1-mid-1', '2-mid-2', '3-mid-3', '4-mid-4', '5-mid-5', '6-mid-6'],
  spaced: ['a b 1', 'a b 2', 'a b 3', 'a b 4', 'a b 5', 'a b 6'],
} as const;
const NAMED_CHILDREN = 667;

const configDirectory = mkdtempSync('/tmp/ebpf-processes-test-');
writeFileSync(
  `${configDirectory}/apps_groups.conf`,
  [
    `exact: ${NAMED_GROUPS.exact.join(' ')}`,
    'prefix: pre-*',
    'suffix: *-suf',
    'inside: *-mid-*',
    'spaced: "a b*"',
  ].join('\n'),
);
writeFileSync(`${configDirectory}/names`, `${Object.values(NAMED_GROUPS).flat().join('\n')}\n`);
afterAll(() => rmSync(configDirectory, { recursive: true }));

/** The machine is busy with something else meanwhile. */
let others: ChildProcess;
beforeAll(() => {
  others = spawn(PACE, ['rate', '200', '100000'], { stdio: 'ignore' });
});
afterAll(() => {
  others.kill('SIGKILL');
});

describe.each(readRealBpftraces())('bpftrace $version', ({ path }) => {
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
      ...[...using, '--pid-table-size', '1024', '--'],
      ...[PACE, 'vfork', String(STORM_CHILDREN)],
    ]);
    const { command, dropped } = report;
    expectSums(report);
    // The parent keeps its own key, whatever its children do to the table.
    expect(command?.counters?.process_created).toBe(STORM_CHILDREN + 1);
    expect(command?.counters?.process_exited).toBe(STORM_CHILDREN + 1);
    expect(dropped).toMatchObject({ process_created: 0, process_exited: 0 });
  });

  test.each(Array.from({ length: RUNS }, (_, i) => i + 1))(
    'processes of 30 names in 5 groups are exact by group and by cgroup, run %i',
    async () => {
      const { report, ended } = await observe(
        [...using, '--', NAMED, String(NAMED_CHILDREN), `${configDirectory}/names`],
        { NETDATA_USER_CONFIG_DIR: configDirectory },
      );
      expect(ended.stderr).toBe('');
      expectBalanced(report);
      const perGroup = 6 * NAMED_CHILDREN;
      for (const group of Object.keys(NAMED_GROUPS)) {
        // Each of its six workers, which named makes, has so many children, and ends after them.
        const app = report.apps?.find(({ name }) => name === group);
        expect(app).toMatchObject({
          process_created: perGroup,
          process_exited: perGroup + 6,
          released: perGroup + 6,
        });
      }
      // named itself is made in its cgroup, and it makes the workers.
      const total = 5 * perGroup + 31;
      const cgroup = report.cgroups?.find(({ path }) => isOfRun(path, ended));
      expect(cgroup).toMatchObject({
        process_created: total,
        process_exited: total,
        released: total,
        exec: 1,
      });
      expect(report.dropped).toMatchObject({ process_created: 0, released: 0 });
      expectSums(report);
    },
  );

  test('what does not fit into the table is dropped, and counted', async () => {
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
    expect(report.dropped?.process_created).toBeGreaterThan(0);
    expectSums(report);
  });

  test('a cgroup of a container that makes 23 processes is named, with its 23', async () => {
    const id = 'c0ffee'.repeat(11).slice(0, 64);
    const { report } = await inCgroup(`docker/${id}`, (directory) => {
      const inside = `echo $$ >${directory}/cgroup.procs; i=0; while [ $i -lt 23 ]; do /bin/true; i=$((i+1)); done`;
      return observe([...using, '--', 'sh', '-c', inside]);
    });
    const container = report.cgroups?.find(({ name }) => name === id.slice(0, 12));
    expect(container).toMatchObject({ process_created: 23, exec: 23, path: `/docker/${id}` });
  });

  test('a cgroup that lives for a moment is named, with the 23 processes that it made', async () => {
    const name = 'gone "soon" = é';
    // The inner shell tells itself where it is, so that the outer one can remove what it leaves.
    const inner = `echo $$ >"$1/cgroup.procs"; i=0; while [ $i -lt 23 ]; do (:); i=$((i+1)); done`;
    const { report } = await observe([
      ...[...using, '--', 'sh', '-c', `mkdir "$1"; sh -c '${inner}' sh "$1"; rmdir "$1"`],
      ...['sh', `${MOUNT}/${name}`],
    ]);
    const path = `/${name}`;
    const counts = { process_created: 23, process_exited: 24, released: 24 };
    expect(report.cgroups?.find((cgroup) => cgroup.path === path)).toMatchObject(counts);
  });
});

/** For each counter: the app groups with the rests are the whole, and so are the cgroups and services. */
function expectSums({ system, apps, cgroups, services, dropped, unattributed }: Report): void {
  const rests = [dropped ?? undefined, unattributed ?? undefined];
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

/** Does something with a cgroup that is there meanwhile. */
async function inCgroup<Result>(
  path: string,
  act: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = `${MOUNT}/${path}`;
  mkdirSync(directory, { recursive: true });
  try {
    return await act(directory);
  } finally {
    // The kernel may need a moment to see that the last one has left.
    await until(() => isRemoved(directory));
    if (path.includes('/')) await until(() => isRemoved(dirname(directory)));
  }
}

function isRemoved(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

/** Whether a cgroup is the command's of a run of ours. */
function isOfRun(path: string, { pid }: Ended): boolean {
  return path.includes(`/ebpf-processes-${pid}-`);
}

async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error('it did not come about within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
