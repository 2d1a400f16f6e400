import type { Settings } from '../../src/settings/settings.ts';
import { type Bench, measureTargets, type Part, type Target } from './context.ts';
import { median, medianInterval } from './statistics.ts';
import { withSwitch } from './switch.ts';
import { buildLeftOut, type Table, toFixed, toRatio } from './table.ts';
import { compileFor } from './watching.ts';
import { timeLoop } from './workloads.ts';

const TITLE = 'Slow-down of others: one life of a process, one system call';

/** Counts that take about 50 ms each: what else goes on in the machine changes in some tenths of a second. */
const LOOPS = {
  vfork: { count: 3_000, what: 'vfork, exit, wait' },
  loop: { count: 100, what: 'fork, exec, exit, wait' },
  syscall: { count: 300_000, what: 'getppid' },
} as const;

type Loop = keyof typeof LOOPS;

const LOOPS_OF_MODE: Record<Settings['loadMode'], readonly Loop[]> = {
  entry: ['vfork', 'loop'],
  return: ['syscall', 'vfork', 'loop'],
};

/** Nanoseconds for each life or call. */
type Times = ReadonlyMap<Loop, number>;

interface Pair {
  readonly without: Times;
  readonly withUs: Times;
}

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
      'added ns',
      'ratio',
      '95 % interval',
    ],
    rows: results.flatMap(({ result }) => result),
    notes: [
      `medians of ${bench.effort.pairs} pairs, without, with, without, with, and so on; ratio and added time are medians over the pairs, not of the two columns before them, and the interval is that of the ratio. Where ×1 lies in it, no difference was seen`,
      'with: our programs, as bpftrace loaded them, are attached; each loop is a C program that stays on one CPU, executes itself, and takes the second fastest of 20 batches (test/workloads/pace.c). Releases come later, many at once, and are mostly not in it',
    ],
    leftOut,
  };
};

async function measureMode(
  bench: Bench,
  target: Target,
  mode: Settings['loadMode'],
): Promise<string[][]> {
  const { effort, signal } = bench;
  bench.say(`slow-down: bpftrace ${target.version}, ${mode} mode`);
  const loops = LOOPS_OF_MODE[mode];
  const pairs: Pair[] = [];
  await withSwitch(await compileFor(target, mode, bench.apart), signal, async (programs) => {
    for (let i = 0; i < effort.pairs; i++) {
      await programs.detach();
      const without = await timeLoops(loops.toReversed(), signal);
      await programs.attach();
      pairs.push({ without, withUs: await timeLoops(loops, signal) });
    }
  });
  return loops.map((loop) => toRow(target, mode, loop, pairs));
}

async function timeLoops(loops: readonly Loop[], signal: AbortSignal): Promise<Times> {
  const times = new Map<Loop, number>();
  for (const loop of loops) times.set(loop, await timeLoop(loop, LOOPS[loop].count, signal));
  return times;
}

function toRow(target: Target, mode: string, loop: Loop, pairs: readonly Pair[]): string[] {
  const withoutNs = pairs.map(({ without }) => without.get(loop) ?? Number.NaN);
  const withNs = pairs.map(({ withUs }) => withUs.get(loop) ?? Number.NaN);
  const ratios = withNs.map((ns, i) => ns / (withoutNs[i] ?? Number.NaN));
  const [low, high] = medianInterval(ratios);
  const digits = loop === 'syscall' ? 1 : 0;
  return [
    target.version,
    mode,
    LOOPS[loop].what,
    toFixed(median(withoutNs), digits),
    toFixed(median(withNs), digits),
    toFixed(median(withNs.map((ns, i) => ns - (withoutNs[i] ?? Number.NaN))), digits),
    toRatio(median(ratios), 1, 3),
    `${toRatio(low, 1, 3)} to ${toRatio(high, 1, 3)}`,
  ];
}
