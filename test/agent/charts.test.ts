import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRealBpftraces } from '../kernel/bpftraces.ts';
import { CgroupTree } from '../kernel/cgroup-tree.ts';
import { run, STORM } from '../kernel/run-cli.ts';
import { Agent, CREATED, type Snapshot } from './agent.ts';

const CONTAINER = `/docker/${'0123456789abcdef'.repeat(4)}`;
const SCOPE = `/system.slice/docker-${'fedcba9876543210'.repeat(4)}.scope`;
const SERVICE = '/system.slice/ebpf-test.service';
const ABSENT_SERVICE = '/system.slice/ebpf-idle.service';

/** Where a workload runs, what it makes there, and the charts that have to show exactly that. */
const WORKLOADS = [
  { path: CONTAINER, type: 'cgroup_0123456789ab', group: 'in-container', made: [211, 103, 41, 19] },
  { path: SCOPE, type: 'cgroup_fedcba987654', group: 'in-scope', made: [157, 61, 31, 23] },
  { path: SERVICE, type: 'services', group: 'in-service', made: [307, 97, 53, 29] },
] as const;

const APP = { group: 'alone', made: [401, 151, 67, 37] } as const;

const programs = mkdtempSync(`${tmpdir()}/ebpf-processes-programs-`);
const tree = new CgroupTree();
let agent: Agent;
let before: Snapshot;
let after: Snapshot;
let fromMs: number;
let toMs: number;

const METRICS = [
  ['process_create', 'Process started', 0, 'process'],
  ['thread_create', 'Threads started', 1, 'thread'],
  ['task_exit', 'Tasks starts exit process.', 2, 'exit'],
  ['task_close', 'Tasks closed', 3, 'process'],
  ['task_error', 'Errors to create process or threads.', 4, 'process'],
] as const;

/** What storm makes, by metric: itself ends there too, and is created elsewhere. */
function eventsOf([processes, threads, , failed]: readonly [number, number, number, number]) {
  return {
    process_create: processes,
    thread_create: threads,
    task_exit: processes + threads + 1,
    task_close: processes + threads + 1,
    task_error: failed,
  };
}

afterAll(() => rmSync(programs, { recursive: true }));

describe.each(readRealBpftraces())('bpftrace $version', ({ path: bpftrace }) => {
  beforeAll(async () => {
    for (const { path } of WORKLOADS) await tree.make(path);
    await tree.make(ABSENT_SERVICE);
    agent = await Agent.start({
      options: `--apps --cgroups --mode return --bpftrace ${bpftrace}`,
      appGroups: [
        ...WORKLOADS.map(({ group }) => `${group}: ${group}`),
        `${APP.group}: storm-app`,
        // So that Netdata has something to draw for that group itself.
        'sleepers: sleep',
      ].join('\n'),
    });
    await agent.chart(CREATED);
    await agent.updates(2);
    fromMs = Date.now() - 1_000;
    before = await agent.snapshot();
    for (const { path, group, made } of WORKLOADS) {
      expect(await tree.run(path, [copyStorm(group), ...made.map(String)])).toMatchObject({
        exitCode: 0,
      });
    }
    expect(await run(copyStorm('storm-app'), APP.made.map(String))).toMatchObject({ exitCode: 0 });
    // Netdata is slow to learn the names of containers, and until then they have no charts.
    for (const { type } of WORKLOADS) await agent.chart(`${type}.process_create`);
    await agent.updates(4);
    // The kernel releases a task when it finds the time, and whose it was may be known a moment later.
    const areReleased = async () => {
      const released = (await agent.raw('apps.*')).get('apps.task_close');
      return [...WORKLOADS, APP].every(
        ({ group, made }) => released?.get(group)?.value === eventsOf(made).task_close,
      );
    };
    for (let updates = 0; updates < MOST_UPDATES && !(await areReleased()); updates += 1) {
      await agent.updates(1);
    }
    await agent.updates(1);
    after = await agent.snapshot();
    toMs = Date.now() + 1_000;
    await agent.updates(2);
  });

  afterAll(async () => {
    await agent.stop();
    await tree.removeAll();
  });

  describe('the charts of the system', () => {
    const SYSTEM = { type: 'line', family: 'processes', units: 'calls/s' };
    test.each([
      ['system.process_thread', 'Start process', 21002, ['process', 'thread'], SYSTEM],
      ['system.exit', 'Exit process', 21003, ['process', 'thread'], SYSTEM],
      [
        'system.process_status',
        'Process not closed',
        21004,
        ['process', 'zombie'],
        { ...SYSTEM, units: 'difference' },
      ],
      ['system.task_error', 'Fails to create process', 21005, ['task'], SYSTEM],
    ])('%s is the one of the integration', async (id, title, priority, dimensions, shape) => {
      await expectChart(id, { ...shape, title, priority, dimensions });
    });

    test('netdata.ebpf_processes_completeness says that nothing was lost', async () => {
      await expectChart('netdata.ebpf_processes_completeness', {
        type: 'line',
        family: 'ebpf',
        units: '%',
        title:
          'Processes and threads that were counted when they were created, of those in /proc/stat',
        priority: 140_900,
        dimensions: ['completeness'],
        plugin: 'ebpf-processes.plugin',
        module: 'audit',
      });
      const stored = await agent.stored('netdata.ebpf_processes_completeness', fromMs, toMs);
      // On a busy machine the kernel's number may not be known closely enough in some intervals.
      const known = (stored.get('completeness') ?? []).filter((share) => share !== null);
      expect(known.length).toBeGreaterThan(0);
      expect(known).toEqual(known.map(() => 100));
    });
  });

  describe.each(METRICS)('%s', (metric, title, offset, dimension) => {
    const containers = WORKLOADS.filter(({ type }) => type !== 'services');

    test.each(containers)('of $type stands beside Netdata’s own charts', async ({ type, path }) => {
      await expectChart(`${type}.${metric}`, {
        type: 'line',
        family: 'processes (eBPF)',
        units: 'calls/s',
        context: `cgroup.${metric}`,
        title,
        priority: 45_000 + offset,
        dimensions: [dimension],
      });
      const charts = await agent.charts();
      expect(charts[`${type}.cpu`]?.plugin).toBe('cgroups.plugin');
      const name = charts[`${type}.${metric}`]?.chart_labels?.['cgroup_name'];
      expect([type, path.includes(name ?? '?')]).toEqual([`cgroup_${name}`, true]);
    });

    test('of the service is a dimension named as Netdata’s own', async () => {
      await expectChart(`services.${metric}`, {
        type: 'stacked',
        family: 'process (eBPF)',
        units: 'calls/s',
        title,
        priority: 20_065 + offset,
      });
      const charts = await agent.charts();
      const namesIn = (id: string) => Object.values(charts[id]?.dimensions ?? {}).map(nameOf);
      expect(namesIn('services.cpu').sort()).toEqual(['ebpf-idle', 'ebpf-test']);
      expect(namesIn(`services.${metric}`)).toContain('ebpf-test');
      // A service appears with its first event.
      expect(namesIn(`services.${metric}`)).not.toContain('ebpf-idle');
    });

    test('of the app groups stands beside Netdata’s own charts', async () => {
      await expectChart(`apps.${metric}`, {
        type: 'stacked',
        family: 'processes',
        units: 'calls/s',
        title,
        priority: 20_065 + offset,
      });
      const { dimensions } = await agent.chart('apps.cpu');
      expect(Object.values(dimensions).map(nameOf)).toEqual(
        expect.arrayContaining(['other', 'sleepers']),
      );
    });

    test.each(containers)('of $type has exactly what happened', async ({ type, made }) => {
      const expected = eventsOf(made)[metric];
      const chart = `${type}.${metric}`;
      await expectCount(chart, dimension, expected);
    });

    test('of the service has exactly what happened', async () => {
      const [{ made }] = WORKLOADS.filter(({ type }) => type === 'services') as [
        (typeof WORKLOADS)[2],
      ];
      const expected = eventsOf(made)[metric];
      const chart = `services.${metric}`;
      await expectCount(chart, 'ebpf-test', expected);
    });

    test.each([...WORKLOADS, APP])(
      'of $group has exactly what happened',
      async ({ group, made }) => {
        const expected = eventsOf(made)[metric];
        const chart = `apps.${metric}`;
        await expectCount(chart, group, expected);
      },
    );
  });

  test.each([
    ['apps.process_create', CREATED, ['process']],
    ['apps.thread_create', CREATED, ['thread']],
    ['apps.task_exit', 'system.exit', ['process', 'thread']],
    ['apps.task_error', 'system.task_error', ['task']],
  ])('the groups of %s grow by exactly what %s does', async (groups, system, dimensions) => {
    const grown = (now: Snapshot, chart: string, names?: readonly string[]) =>
      [...(now.get(chart) ?? [])]
        .filter(([name]) => names === undefined || names.includes(name))
        .reduce(
          (sum, [name, { value }]) => sum + value - (before.get(chart)?.get(name)?.value ?? 0),
          0,
        );
    expect(grown(after, groups)).toBeGreaterThan(0);
    // A group that is new in an update gets its first events in the update after.
    await agent.until('the groups have what the system has', async () => {
      const now = await agent.snapshot();
      return grown(now, system, dimensions) === grown(now, groups);
    });
  });

  test('the sum of the stored rates of the system is what was counted', async () => {
    const { value: first, atMs: firstMs } = before.get(CREATED)?.get('process') ?? NOTHING;
    const { value: last, atMs: lastMs } = after.get(CREATED)?.get('process') ?? NOTHING;
    const sums = await agent.sums(CREATED, firstMs, lastMs);
    // What others create inside the seconds at the edges is cut.
    const made = [...WORKLOADS, APP].map((workload) => workload.made[0]);
    const least = made.reduce<number>((sum, processes) => sum + processes, 0);
    expect(last - first).toBeGreaterThanOrEqual(least);
    expect(sums['process']).toBeGreaterThanOrEqual(least);
  });

  test('the agent has nothing to say against us', () => {
    expect(agent.complaints).toEqual([]);
  });

  /** What was sent last, and the sum of what is stored. */
  async function expectCount(chart: string, dimension: string, expected: number): Promise<void> {
    const sent = after.get(chart)?.get(dimension)?.value ?? Number.NaN;
    expect(sent).toBe(expected);
    const sums = await agent.sums(chart, fromMs, toMs);
    expect(sums[dimension]).toBeCloseTo(sent, 2);
  }
});

/** So long is waited for releases. */
const MOST_UPDATES = 20;

const NOTHING = { value: Number.NaN, atMs: Number.NaN };

/** A program that is storm under another name: a comm of its own. */
function copyStorm(name: string): string {
  const file = `${programs}/${name}`;
  copyFileSync(STORM, file);
  return file;
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

interface ExpectedChart {
  readonly type: string;
  readonly family: string;
  readonly units: string;
  readonly title: string;
  readonly priority: number;
  readonly context?: string;
  readonly plugin?: string;
  readonly module?: string;
  readonly dimensions?: readonly string[];
}

async function expectChart(id: string, expected: ExpectedChart): Promise<void> {
  const { type, title, dimensions, ...rest } = expected;
  const chart = await agent.chart(id);
  expect(chart).toMatchObject({
    context: id,
    plugin: 'ebpf.plugin',
    module: 'process',
    ...rest,
    id,
    update_every: 1,
    chart_type: type,
    // The agent puts the id behind every title.
    title: `${title} (${id})`,
  });
  if (dimensions !== undefined) {
    expect(Object.values(chart.dimensions).map(nameOf)).toEqual(dimensions);
  }
}
