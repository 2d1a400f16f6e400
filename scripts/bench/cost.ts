import { setTimeout as delay } from 'node:timers/promises';
import { KernelTasksReader } from '../../src/procfs/tasks.ts';
import { type Bench, measureTargets, type Part, type Target } from './context.ts';
import { type RunningPlugin, startPlugin } from './plugin.ts';
import { type Table, toFixed, toRatio } from './table.ts';
import { readCpuSeconds, readPeakMegabytes } from './usage.ts';
import { compileFor } from './watching.ts';
import { keepRate } from './workloads.ts';

const PROCESSES_PER_SECOND = 1_000;

/** How long the load runs before and after it is watched. */
const MARGIN_SECONDS = 1;

interface Cost {
  readonly tasksPerSecond: number;
  /** CPU seconds in each minute. */
  readonly nodeCpu: number;
  readonly bpftraceCpu: number;
  readonly nodePeakMb: number;
  readonly bpftracePeakMb: number;
}

/** CPU time and memory of the plugin and of its bpftrace, at rest and under load. */
export const measureCost: Part = async (bench): Promise<Table> => {
  const { results, leftOut } = await measureTargets(bench, (target) => measure(bench, target));
  const { workloads } = bench;
  return {
    title: 'Running: CPU seconds in a minute, and the most memory',
    columns: [
      'bpftrace',
      'tasks made in 1 s',
      'Node CPU',
      'bpftrace CPU',
      'both, of one CPU',
      'to rest',
      'Node peak MB',
      'bpftrace peak MB',
    ],
    rows: results.flatMap(({ target, result: { rest, load } }) => [
      toRow(target, rest, rest),
      ...(load === undefined ? [] : [toRow(target, load, rest)]),
    ]),
    notes: [
      `\`ebpf-processes.plugin 1\` in entry mode over ${bench.effort.costSeconds} s, from ${bench.effort.settleSeconds} s after its start on, scaled to a minute; user and system time of the two processes, by the scheduler. What the BPF programs take in other processes is not in it: see the events`,
      'peak: VmHWM since the start, file pages included',
    ],
    leftOut: [...(workloads.ok ? [] : [`the load is left out: ${workloads.problem}`]), ...leftOut],
  };
};

async function measure(bench: Bench, target: Target): Promise<{ rest: Cost; load?: Cost }> {
  const { effort, signal } = bench;
  bench.say(`cost: bpftrace ${target.version}, at rest`);
  await compileFor(target, 'entry', bench.apart);
  const plugin = await startPlugin(target, bench);
  try {
    await delay(effort.settleSeconds * 1000, undefined, { signal });
    const rest = await watch(plugin, effort.costSeconds, signal);
    if (!bench.workloads.ok) return { rest };
    bench.say(`cost: bpftrace ${target.version}, under load`);
    const loadSeconds = effort.costSeconds + 2 * MARGIN_SECONDS;
    const [made, load] = await Promise.all([
      keepRate(PROCESSES_PER_SECOND, loadSeconds, signal),
      delay(MARGIN_SECONDS * 1000, undefined, { signal }).then(() =>
        watch(plugin, effort.costSeconds, signal),
      ),
    ]);
    if (made !== PROCESSES_PER_SECOND * loadSeconds) throw new Error(`the load made only ${made}`);
    return { rest, load };
  } finally {
    await plugin.stop();
  }
}

async function watch(plugin: RunningPlugin, seconds: number, signal: AbortSignal): Promise<Cost> {
  const before = read(plugin);
  await delay(seconds * 1000, undefined, { signal });
  const after = read(plugin);
  const elapsedSeconds = (after.atMs - before.atMs) / 1000;
  return {
    tasksPerSecond: (after.tasks - before.tasks) / elapsedSeconds,
    nodeCpu: ((after.nodeCpu - before.nodeCpu) / elapsedSeconds) * 60,
    bpftraceCpu: ((after.bpftraceCpu - before.bpftraceCpu) / elapsedSeconds) * 60,
    nodePeakMb: readPeakMegabytes(plugin.nodePid),
    bpftracePeakMb: readPeakMegabytes(plugin.bpftracePid),
  };
}

function read({ nodePid, bpftracePid }: RunningPlugin) {
  return {
    atMs: performance.now(),
    tasks: readTasksCreated(),
    nodeCpu: readCpuSeconds(nodePid),
    bpftraceCpu: readCpuSeconds(bpftracePid),
  };
}

function toRow(target: Target, cost: Cost, rest: Cost): string[] {
  const bothCpu = cost.nodeCpu + cost.bpftraceCpu;
  return [
    target.version,
    toFixed(cost.tasksPerSecond, 0),
    toFixed(cost.nodeCpu, 2),
    toFixed(cost.bpftraceCpu, 2),
    `${toFixed((bothCpu / 60) * 100, 2)} %`,
    toRatio(bothCpu, rest.nodeCpu + rest.bpftraceCpu, 1),
    toFixed(cost.nodePeakMb, 0),
    toFixed(cost.bpftracePeakMb, 0),
  ];
}

function readTasksCreated(): number {
  const reader = new KernelTasksReader();
  try {
    return reader.read(() => 0)?.forks.high ?? Number.NaN;
  } finally {
    reader.close();
  }
}
