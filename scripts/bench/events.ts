import type { Program } from '../../src/program/render.ts';
import { startBareTracer } from './bare-tracer.ts';
import { type BpfProgram, findBpftrace, readBpfPrograms } from './bpf-programs.ts';
import { withBpfStatistics } from './bpf-statistics.ts';
import {
  type Bench,
  measureTargets,
  type Part,
  type Target,
  type TargetResult,
} from './context.ts';
import { median } from './statistics.ts';
import { buildLeftOut, type Table, toFixed, toRatio } from './table.ts';
import { compileFor, type Watching, whileWatching } from './watching.ts';
import { makeFailedForks, timeLoop } from './workloads.ts';

const TITLE = 'Events: nanoseconds in the BPF programs';

/** As in the plugin. */
const PERIOD_MS = 1_000;

const LIVES_PER_RUN = 500;
const FAILED_FORKS_PER_RUN = 2_000;

/** The events that one process meets from its creation to its end. */
const LIFE = ['create', 'exec', 'exit'];

/** A program that does nothing, on a tracepoint that the load hits; its dumps say that it runs. */
const EMPTY_PROGRAM: Program = {
  text: `tracepoint:task:task_newtask { }
interval:ms:10 { printf("begin 1 1\\n"); printf("end 1\\n"); }`,
  layout: new Map(),
  attachPoints: ['tracepoint:task:task_newtask', 'interval'],
};

/** Nanoseconds for each event, by the name of its row. */
type Events = ReadonlyMap<string, number>;

/** How long the BPF program of each event runs for one event. */
export const measureEvents: Part = async (bench): Promise<Table> => {
  const { workloads } = bench;
  if (!workloads.ok) return buildLeftOut(TITLE, workloads.problem);
  const { results, leftOut } = await measureTargets(bench, (target) => measure(bench, target));
  return {
    title: TITLE,
    columns: ['event', ...results.map(({ target }) => target.version)],
    rows: results.length === 0 ? [] : toRows(results),
    notes: [
      `means by the kernel's run-time statistics over ${LIVES_PER_RUN} lives of a process and ${FAILED_FORKS_PER_RUN} failed forks, the median of ${bench.effort.eventRuns} runs. The two readings of the statistics' clock are in every number; an empty program shows what they take`,
      `a life is ${LIFE.join(' + ')}; net: without three times the empty program. In return mode each fork adds "fork that succeeds" twice: it returns in both`,
      'dump: one tick of the interval, 100 a second, whatever happens',
    ],
    leftOut,
  };
};

async function measure(bench: Bench, target: Target): Promise<Events> {
  bench.say(`events: bpftrace ${target.version}`);
  const compiled = await compileFor(target, 'return', bench.apart);
  return await whileWatching(compiled, PERIOD_MS, async (watching) => {
    const empty = await startBareTracer({ ...compiled, program: EMPTY_PROGRAM }, 10);
    try {
      const emptyPid = findBpftrace(process.pid, [watching.bpftracePid]);
      return await withBpfStatistics(bench.signal, async () => {
        const runs: Events[] = [];
        for (let i = 0; i < bench.effort.eventRuns; i++) {
          runs.push(await measureOneRun(watching, emptyPid, bench.signal));
        }
        return toMedians(runs);
      });
    } finally {
      await empty.stop();
    }
  });
}

async function measureOneRun(
  { bpftracePid, programs }: Watching,
  emptyPid: number,
  signal: AbortSignal,
): Promise<Events> {
  const read = () => [...readBpfPrograms(bpftracePid), ...readBpfPrograms(emptyPid).slice(0, 1)];
  const before = read();
  await timeLoop('loop', LIVES_PER_RUN, signal);
  const between = read();
  await makeFailedForks(FAILED_FORKS_PER_RUN, signal);
  const after = read();
  if (before.length !== programs.length + 1) {
    throw new Error(`${before.length - 1} BPF programs for ${programs.length} attach points`);
  }
  const events = new Map<string, number>();
  programs.forEach(({ event, attachPoint }, i) => {
    if (event !== 'error') events.set(event, meanNs(before[i], between[i]));
    else if (attachPoint.endsWith(':sys_exit_clone')) {
      events.set('fork that succeeds', meanNs(before[i], between[i]));
      events.set('failed fork', meanNs(between[i], after[i]));
    }
  });
  events.set('empty program', meanNs(before.at(-1), between.at(-1)));
  return events;
}

function meanNs(before: BpfProgram | undefined, after: BpfProgram | undefined): number {
  if (before === undefined || after === undefined) return Number.NaN;
  return (after.runNs - before.runNs) / (after.runs - before.runs);
}

function toMedians(runs: readonly Events[]): Events {
  const names = [...(runs[0]?.keys() ?? [])];
  return new Map(
    names.map((name) => {
      // A run of the load in which a program did not run says nothing of the program.
      const timesNs = runs.map((run) => run.get(name) ?? Number.NaN).filter(Number.isFinite);
      return [name, median(timesNs)];
    }),
  );
}

function toRows(results: readonly TargetResult<Events>[]): string[][] {
  const lives = results.map(({ result }) =>
    LIFE.reduce((sum, event) => sum + (result.get(event) ?? Number.NaN), 0),
  );
  const nets = results.map(
    ({ result }, i) => (lives[i] ?? 0) - LIFE.length * (result.get('empty program') ?? Number.NaN),
  );
  const names = [...(results[0]?.result.keys() ?? [])];
  return [
    ...names.map((name) => [
      name,
      ...results.map(({ result }) => toFixed(result.get(name) ?? Number.NaN, 0)),
    ]),
    ['one life', ...lives.map((ns) => toFixed(ns, 0))],
    ['one life, net', ...nets.map((ns) => toFixed(ns, 0))],
    ['net, to the first', ...nets.map((ns) => toRatio(ns, nets[0] ?? Number.NaN))],
  ];
}
