import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRealBpftraces } from './bpftraces.ts';
import { CgroupTree } from './cgroup-tree.ts';
import { countNoise, type Noise, Observer } from './observer.ts';
import { type ChartUpdate, PluginProcess } from './plugin-process.ts';
import { run, STORM } from './run-cli.ts';

const SECONDS = Number(process.env['SUMS_SECONDS'] ?? 8);

/** What storm makes each time: processes, threads, execs, failed forks. */
const MADE = [211, 101, 41, 23] as const;
const STORM_NAME = 'sums-storm';
const CGROUP = '/sums-cgroup';
const SERVICE = '/system.slice/sums.service';

const CREATED = 'system.process_thread';
const METRICS = [
  'process_create',
  'thread_create',
  'task_exit',
  'task_close',
  'task_error',
] as const;
type Metric = (typeof METRICS)[number];

const directory = mkdtempSync('/tmp/ebpf-processes-test-');
const storm = `${directory}/${STORM_NAME}`;
const tree = new CgroupTree();
let observer: Observer;

beforeAll(async () => {
  copyFileSync(STORM, storm);
  writeFileSync(`${directory}/apps_groups.conf`, `sums: ${STORM_NAME}\n`);
  for (const path of [CGROUP, SERVICE]) await tree.make(path);
  observer = new Observer(STORM_NAME);
});
afterAll(async () => {
  observer.close();
  await tree.removeAll();
  rmSync(directory, { recursive: true });
});

describe.each(readRealBpftraces())('bpftrace $version', ({ path }) => {
  /** How often storm ran: in the cgroup, in the service, and outside. */
  let runs = 0;
  let updates: Update[];
  let noise: Noise[];

  beforeAll(async () => {
    const options = ['--apps', '--cgroups', '--mode', 'return', '--config-dir', directory];
    const plugin = new PluginProcess(['1', ...options, '--bpftrace', path]);
    await plugin.until(() => plugin.of(CREATED).length >= 2);
    const untilMs = performance.now() + SECONDS * 1_000;
    const made = MADE.map(String);
    for (; performance.now() < untilMs; runs += 1) {
      const ended = await Promise.all([
        tree.run(CGROUP, [storm, ...made]),
        tree.run(SERVICE, [storm, ...made]),
        run(storm, made),
      ]);
      expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    }
    const last = plugin.of(CREATED).length;
    await plugin.until(() => plugin.of(CREATED).length >= last + 3);
    noise = observer.read();
    plugin.child.kill('SIGTERM');
    expect((await plugin.ended).exitCode).toBe(0);
    updates = readUpdates(plugin.updates);
  });

  test('in every update the parts of each counter add up to the total', () => {
    expect(updates.length).toBeGreaterThan(SECONDS);
    for (const [i, update] of updates.entries()) {
      const words = `update ${i} of ${updates.length}: ${JSON.stringify(update)}`;
      for (const parts of ['apps', 'cgroups'] as const) {
        const rests = METRICS.map((metric) => update.total[metric] - update[parts][metric]);
        // What is of no group is told as one number for all counters.
        expect(Math.min(...rests), `${parts}, ${words}`).toBeGreaterThanOrEqual(0);
        expect(sum(rests), `${parts}, ${words}`).toBe(update.rests[parts]);
      }
    }
  });

  test('nearly nothing is of no group', () => {
    const all = sum(updates.flatMap(({ total }) => Object.values(total)));
    expect(sum(updates.map(({ rests }) => rests.apps)) / all).toBeLessThan(0.01);
  });

  test('the parts are what the workload did', () => {
    const [processes, threads, , failed] = MADE;
    // storm itself is made outside of its group and of its cgroup, and ends there.
    const expected = {
      process_create: processes,
      thread_create: threads,
      task_exit: processes + threads + 1,
      task_close: processes + threads + 1,
      task_error: failed,
    };
    for (const metric of METRICS) {
      const of = (part: string) => sum(updates.map(({ parts }) => parts[`${part} ${metric}`] ?? 0));
      const made = runs * expected[metric];
      expect(
        [of('apps sums'), of('cgroup_sums-cgroup'), of('services systemd_sums')],
        metric,
      ).toEqual([3 * made, made, made]);
    }
  });

  test.each(['process', 'thread'] as const)('ftrace has seen as many: %s', (kind) => {
    const [processes, threads] = MADE;
    const created = kind === 'process' ? processes : threads;
    const exited = kind === 'process' ? processes + 1 : threads;
    const window = windowOf(updates);
    for (const [event, made] of [
      ['created', created],
      ['exited', exited],
    ] as const) {
      const { certain, possible } = countNoise(noise, `${kind}_${event}`, { window });
      const counted = sum(updates.map(({ system }) => system[`${kind}_${event}`]));
      const others = counted - 3 * runs * made;
      expect(others, event).toBeGreaterThanOrEqual(certain);
      expect(others, event).toBeLessThanOrEqual(certain + possible);
    }
  });
});

/** What has grown since the update before, as the text of the plugin has it. */
interface Update {
  readonly atMs: number;
  readonly system: Readonly<Record<Noise['kind'], number>>;
  readonly total: Readonly<Record<Metric, number>>;
  readonly apps: Readonly<Record<Metric, number>>;
  /** With services. */
  readonly cgroups: Readonly<Record<Metric, number>>;
  /** Events of no app group, and of no cgroup or service. */
  readonly rests: { readonly apps: number; readonly cgroups: number };
  /** By type, dimension where there are several, and metric. */
  readonly parts: Readonly<Record<string, number>>;
}

/** The updates after the first one, which has the baseline. */
function readUpdates(chartUpdates: readonly ChartUpdate[]): Update[] {
  const told = new Map<string, number>();
  const updates: Update[] = [];
  const starts = chartUpdates.flatMap(({ chart }, i) => (chart === CREATED ? [i] : []));
  for (const [i, start] of starts.entries()) {
    const grown = new Map<string, number>();
    let zombies = Number.NaN;
    for (const { chart, values } of chartUpdates.slice(start, starts[i + 1])) {
      for (const [dimension, value] of values) {
        const name = `${chart} ${dimension}`;
        if (chart === 'system.process_status') {
          if (dimension === 'zombie') zombies = value;
          continue;
        }
        grown.set(name, (grown.get(name) ?? 0) + value - (told.get(name) ?? 0));
        told.set(name, value);
      }
    }
    if (i > 0) updates.push(toUpdate(chartUpdates[start]?.atMs ?? 0, grown, zombies));
  }
  return updates;
}

function toUpdate(atMs: number, grown: ReadonlyMap<string, number>, zombies: number): Update {
  const of = (name: string) => grown.get(name) ?? 0;
  const all = (name: RegExp) => sum([...grown].filter(([id]) => name.test(id)).map(([, n]) => n));
  const byMetric = (read: (metric: Metric) => number) =>
    Object.fromEntries(METRICS.map((metric) => [metric, read(metric)])) as Record<Metric, number>;
  const system = {
    process_created: of(`${CREATED} process`),
    thread_created: of(`${CREATED} thread`),
    exec: 0,
    process_exited: of('system.exit process'),
    thread_exited: of('system.exit thread'),
  };
  const exited = system.process_exited + system.thread_exited;
  const rest = (name: string) => of(`netdata.ebpf_processes_unattributed ${name}`);
  const ofNobody = rest('dropped') + rest('unattributed');
  const parts = [...grown].map(([id, n]): [string, number] => {
    const [, type, metric, dimension] = /^(\S+)\.(\S+) (.*)$/.exec(id) ?? [];
    return [
      type?.startsWith('cgroup_') ? `${type} ${metric}` : `${type} ${dimension} ${metric}`,
      n,
    ];
  });
  return {
    atMs,
    system,
    total: {
      process_create: system.process_created,
      thread_create: system.thread_created,
      task_exit: exited,
      task_close: exited - zombies,
      task_error: of('system.task_error task'),
    },
    apps: byMetric((metric) => all(new RegExp(`^apps\\.${metric} `))),
    cgroups: byMetric((metric) => all(new RegExp(`^(services|cgroup_\\S*)\\.${metric} `))),
    rests: { apps: ofNobody, cgroups: ofNobody + rest('unresolved') + rest('root') },
    parts: Object.fromEntries(parts),
  };
}

/** Dumps are cut when a second begins on the wall clock; ftrace has the time since boot. */
function windowOf(updates: readonly Update[]): { start_uptime: number; seconds: number } {
  const bootMs = Date.now() - Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1_000;
  const second = (atMs = Number.NaN) => Math.floor(atMs / 1_000);
  const close = second(updates.at(-1)?.atMs);
  // The update before the first of these is the baseline.
  const open = second(updates[0]?.atMs) - 1;
  return { start_uptime: open - bootMs / 1_000, seconds: close - open };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
