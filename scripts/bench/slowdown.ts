import type { Settings } from '../../src/settings/settings.ts';
import { type Bench, measureTargets, type Part, type Target } from './context.ts';
import { median, quantile } from './statistics.ts';
import { buildLeftOut, type Table, toFixed, toRatio } from './table.ts';
import { whileWatching } from './watching.ts';
import { timeLoop } from './workloads.ts';

const TITLE = 'Slow-down of others: one life of a process, one system call';

/** Frames come this often while a loop runs; ten times as often as in the plugin. */
const PERIOD_MS = 100;

/** Counts that take about 0.2 s each. */
const LOOPS = {
  vfork: { count: 16_000, what: 'vfork, exit, wait' },
  loop: { count: 500, what: 'fork, exec, exit, wait' },
  syscall: { count: 1_500_000, what: 'getppid' },
} as const;

type Loop = keyof typeof LOOPS;

const LOOPS_OF_MODE: Record<Settings['loadMode'], readonly Loop[]> = {
  entry: ['vfork', 'loop'],
  return: ['vfork', 'loop', 'syscall'],
};

type Times = ReadonlyMap<Loop, number>;

/** How much longer a loop takes while we count, as pairs of with and without. */
export const measureSlowdown: Part = async (bench): Promise<Table> => {
  const { workloads } = bench;
  if (!workloads.ok) return buildLeftOut(TITLE, workloads.problem);
  const { results, leftOut } = await measureTargets(bench, async (target) => [
    ...(await measureMode(bench, target, 'entry')),
    ...(await measureMode(bench, target, 'return')),
  ]);
  return {
    title: TITLE,
    columns: [
      'bpftrace',
      'mode',
      'loop',
      'ns without',
      'ns with',
      'ratio of pairs',
      'middle half of them',
      'fastest: added ns',
      'ratio',
    ],
    rows: results.flatMap(({ result }) => result),
    notes: [
      `medians of ${bench.effort.pairs} pairs, without, with, without, with, and so on. A pair's ratio is with / mean of the two without around it; middle half: from the lower to the upper quartile of these ratios. Where 1 lies in it, no difference was seen`,
      'fastest: the fastest with against the fastest without, which what others do on the machine disturbs least',
      'each loop is a C program that stays on one CPU, executes itself, and takes the second fastest of 20 batches (test/workloads/pace.c)',
    ],
    leftOut,
  };
};

async function measureMode(
  bench: Bench,
  target: Target,
  mode: Settings['loadMode'],
): Promise<string[][]> {
  const { pairs } = bench.effort;
  const without = [await timeLoops(mode, bench.signal)];
  const withUs: Times[] = [];
  for (let i = 0; i < pairs; i++) {
    bench.say(`slow-down: bpftrace ${target.version}, ${mode} mode, pair ${i + 1} of ${pairs}`);
    withUs.push(await whileWatching(target, mode, PERIOD_MS, () => timeLoops(mode, bench.signal)));
    without.push(await timeLoops(mode, bench.signal));
  }
  return LOOPS_OF_MODE[mode].map((loop) => toRow(target, mode, loop, without, withUs));
}

async function timeLoops(mode: Settings['loadMode'], signal: AbortSignal): Promise<Times> {
  const times = new Map<Loop, number>();
  for (const loop of LOOPS_OF_MODE[mode]) {
    times.set(loop, await timeLoop(loop, LOOPS[loop].count, signal));
  }
  return times;
}

function toRow(
  target: Target,
  mode: string,
  loop: Loop,
  without: readonly Times[],
  withUs: readonly Times[],
): string[] {
  const read = (times: Times | undefined) => times?.get(loop) ?? Number.NaN;
  const ratios = withUs.map(
    (times, i) => (2 * read(times)) / (read(without[i]) + read(without[i + 1])),
  );
  const fastestWith = Math.min(...withUs.map(read));
  const fastestWithout = Math.min(...without.map(read));
  const digits = loop === 'syscall' ? 1 : 0;
  return [
    target.version,
    mode,
    LOOPS[loop].what,
    toFixed(median(without.map(read)), digits),
    toFixed(median(withUs.map(read)), digits),
    toRatio(median(ratios), 1),
    `${toRatio(quantile(ratios, 0.25), 1)} to ${toRatio(quantile(ratios, 0.75), 1)}`,
    toFixed(fastestWith - fastestWithout, digits),
    toRatio(fastestWith, fastestWithout),
  ];
}
