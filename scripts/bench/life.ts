import { readBpfPrograms } from './bpf-programs.ts';
import { withBpfStatistics } from './bpf-statistics.ts';
import {
  type Bench,
  measureTargets,
  type Part,
  type Target,
  type TargetResult,
} from './context.ts';
import { listAttachPoints, OURS, readProgramText, runText } from './program-text.ts';
import { median } from './statistics.ts';
import { buildLeftOut, type Table, toFixed, toRatio } from './table.ts';
import { compileFor } from './watching.ts';
import { timeLoop } from './workloads.ts';

const TITLE =
  'One life: nanoseconds in the BPF programs, counts kept apart by app group and cgroup';

const LIVES = 400;

/** Loops within one run of bpftrace; the fastest says what the programs cost where nothing disturbs them. */
const LOOPS = 5;

/** What one process meets from its creation to its release, by any attach point that a checkout may choose. */
const OF_A_LIFE = /:(task_newtask|sched_process_exec|sched_process_exit|sched_process_free)$/;

const EMPTY_PROGRAM = `tracepoint:task:task_newtask { }
interval:ms:10 { printf("end 1\\n"); }`;

/** Nanoseconds of one life, empty programs taken off. */
interface Life {
  readonly nets: readonly number[];
  readonly programs: number;
}

/** What one life costs within the kernel, of this checkout and of the one that it is compared with. */
export const measureLife: Part = async (bench): Promise<Table> => {
  const { workloads, against } = bench;
  if (!workloads.ok) return buildLeftOut(TITLE, workloads.problem);
  const checkouts = [OURS, ...(against === undefined ? [] : [against])];
  const { results, leftOut } = await measureTargets(bench, (target) =>
    measure(bench, target, checkouts),
  );
  return {
    title: TITLE,
    columns: ['', ...results.map(({ target }) => target.version)],
    rows: results.length === 0 ? [] : toRows(results, against),
    notes: [
      `create, exec and exit of one process, and its release where a probe watches it, by the kernel's run-time statistics; ${LIVES} lives, ${LOOPS} times in each of ${bench.effort.lifeRuns} runs of bpftrace, checkouts in turn`,
      'net: an empty program of the same loop is taken off for each program',
      'what a raw tracepoint saves over a tracepoint (70 ns an event) is outside of these statistics',
    ],
    leftOut,
  };
};

async function measure(
  bench: Bench,
  target: Target,
  checkouts: readonly string[],
): Promise<readonly Life[]> {
  const { facts } = await compileFor(target, 'entry', true);
  const texts = await Promise.all(
    checkouts.map((checkout) => readProgramText(checkout, target.path)),
  );
  const nets = texts.map((): number[] => []);
  const empty = await runText(facts, EMPTY_PROGRAM);
  try {
    for (let run = 0; run < bench.effort.lifeRuns; run++) {
      for (const [i, text] of texts.entries()) {
        bench.say(`life ${run + 1}: bpftrace ${target.version}, ${checkouts[i]}`);
        nets[i]?.push(...(await measureRun(bench, facts, text, empty.bpftracePid)));
      }
    }
  } finally {
    await empty.stop();
  }
  return texts.map((text, i) => ({ nets: nets[i] ?? [], programs: countPrograms(text) }));
}

async function measureRun(
  { signal }: Bench,
  facts: Parameters<typeof runText>[0],
  text: string,
  emptyPid: number,
): Promise<number[]> {
  const running = await runText(facts, text);
  try {
    return await withBpfStatistics(signal, async () => {
      const nets: number[] = [];
      for (let i = 0; i < LOOPS; i++) {
        const before = readMeans(running.bpftracePid, text, emptyPid);
        await timeLoop('loop', LIVES, signal);
        nets.push(readMeans(running.bpftracePid, text, emptyPid, before).net);
      }
      return nets;
    });
  } finally {
    await running.stop();
  }
}

interface Means {
  readonly runs: readonly { readonly runNs: number; readonly runs: number }[];
  readonly net: number;
}

/** @param before - The same some time ago. @returns Mean nanoseconds of a life since then, net. */
function readMeans(pid: number, text: string, emptyPid: number, before?: Means): Means {
  const points = listAttachPoints(text);
  const programs = readBpfPrograms(pid);
  if (programs.length !== points.length) {
    throw new Error(`${programs.length} BPF programs for ${points.length} attach points`);
  }
  const ofLife = programs.filter((_, i) => OF_A_LIFE.test(points[i] ?? ''));
  const runs = [...ofLife, ...readBpfPrograms(emptyPid).slice(0, 1)];
  const means = runs.map(({ runNs, runs: count }, i) => {
    const earlier = before?.runs[i];
    return (runNs - (earlier?.runNs ?? 0)) / (count - (earlier?.runs ?? 0));
  });
  const emptyNs = means.at(-1) ?? Number.NaN;
  return { runs, net: means.slice(0, -1).reduce((sum, ns) => sum + ns - emptyNs, 0) };
}

function countPrograms(text: string): number {
  return listAttachPoints(text).filter((point) => OF_A_LIFE.test(point)).length;
}

function toRows(
  results: readonly TargetResult<readonly Life[]>[],
  against: string | undefined,
): string[][] {
  const row = (name: string, value: (lives: readonly Life[]) => string) => [
    name,
    ...results.map(({ result }) => value(result)),
  ];
  const rowsOf = (name: string, which: number) => [
    row(`${name}: median`, (lives) => toFixed(median(lives[which]?.nets ?? []), 0)),
    row(`${name}: minimum`, (lives) => toFixed(Math.min(...(lives[which]?.nets ?? [])), 0)),
    row(`${name}: programs`, (lives) => String(lives[which]?.programs)),
  ];
  if (against === undefined) return rowsOf('this checkout', 0);
  const ratio = (of: (values: readonly number[]) => number) => (lives: readonly Life[]) =>
    toRatio(of(lives[0]?.nets ?? []), of(lives[1]?.nets ?? []));
  return [
    ...rowsOf('this checkout', 0),
    ...rowsOf('the other', 1),
    row('to the other: medians', ratio(median)),
    row(
      'to the other: minima',
      ratio((values) => Math.min(...values)),
    ),
  ];
}
