/** `scripts/vm`: runs the diagnostic in guests with other kernels, and prints what came of it as one table. */

import { writeFileSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { renderText } from '../../scripts/bench/table.ts';
import { type Cell, describeMachine, type Job, listAllJobs, listSomeJobs } from './cells.ts';
import { NoGuestsError, openWorkshop, runJob, type Workshop } from './guests.ts';
import { renderPage } from './page.ts';
import { summarize } from './summary.ts';
import { buildMatrix, describeCell, type Judged } from './table.ts';

interface Flags {
  readonly all?: boolean;
  readonly only?: string;
  readonly jobs: number;
  readonly cpus: number;
  /** File for the page. */
  readonly write?: string;
}

/** Nothing was wrong, but nothing could be run either. */
const CANNOT_RUN = 3;

process.exitCode = await main();

async function main(): Promise<number> {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Not once: tsx ends the process at once where a signal has no listener left.
    process.on(signal, () => interrupt.abort());
  }
  try {
    return await run(parseFlags(process.argv), interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted) {
      say('interrupted');
      return 130;
    }
    // commander has printed its sentence (or its help) already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof NoGuestsError)) throw error;
    say(`left out: ${error.message}`);
    return CANNOT_RUN;
  }
}

async function run(flags: Flags, signal: AbortSignal): Promise<number> {
  const jobs = (flags.all ? listAllJobs() : listSomeJobs())
    .map((job) => keepOnly(job, flags.only ?? ''))
    .filter(({ cells }) => cells.length > 0);
  const suites = new Set(jobs.flatMap(({ machine }) => [machine.kernel, machine.bpftrace]));
  const workshop = await openWorkshop([...suites], flags.cpus, signal);
  const judged: Judged[] = [];
  const leftOut: string[] = [];
  try {
    const queue = [...jobs];
    const workers = Array.from({ length: flags.jobs }, async () => {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        const problem = await runOne(job, workshop, signal, judged);
        if (problem !== undefined) leftOut.push(`${describeMachine(job.machine)}: ${problem}`);
      }
    });
    await Promise.all(workers);
  } finally {
    workshop.close();
  }
  const order = new Map(jobs.map(({ machine }, i) => [machine, i]));
  judged.sort((a, b) => (order.get(a.machine) ?? 0) - (order.get(b.machine) ?? 0));
  const table = renderText(buildMatrix(judged, leftOut));
  process.stdout.write(`${[table, ...summarize(judged)].join('\n')}\n`);
  if (flags.write !== undefined) {
    const today = new Date().toISOString().slice(0, 10);
    writeFileSync(flags.write, renderPage(judged, leftOut, today));
  }
  const wrong = judged.filter(({ verdict }) => verdict.result === 'wrong').length;
  const seconds = (performance.now() / 1000).toFixed(0);
  const runs = judged.filter(({ ran }) => ran).length;
  say(
    `${judged.length} settings in ${runs} runs and ${seconds} s, ${wrong} wrong, ${leftOut.length} guests left out`,
  );
  return wrong > 0 || leftOut.length > 0 ? 1 : 0;
}

function keepOnly({ machine, cells }: Job, words: string): Job {
  const isAsked = (cell: Cell) =>
    `${describeMachine(machine)}: ${describeCell(cell)}`.includes(words);
  return { machine, cells: cells.filter(isAsked) };
}

async function runOne(
  job: Job,
  workshop: Workshop,
  signal: AbortSignal,
  judged: Judged[],
): Promise<string | undefined> {
  return await runJob(job, workshop, signal, {
    say,
    onJudged: (one, seconds) => {
      judged.push(one);
      const { result, words } = one.verdict;
      const time = one.ran ? `${seconds.toFixed(1)} s` : 'the same program';
      say(
        `${describeMachine(one.machine)}: ${describeCell(one.cell)}: ${result}${words === '' ? '' : `: ${words}`} (${time})`,
      );
    },
  });
}

function say(sentence: string): void {
  process.stderr.write(`vm: ${sentence}\n`);
}

function parseFlags(argv: readonly string[]): Flags {
  return new Command('vm')
    .description(
      "Runs the diagnostic on Debian's kernels 5.10, 6.1, 6.12 and the newest, in emulated guests.",
    )
    .option('--all', 'every combination; by default what fits into some minutes')
    .option(
      '--only <words>',
      'runs that are described by these words, such as bookworm, lockdown or "without BTF"',
    )
    .option('--jobs <number>', 'guests at a time', parseNumber, countGuestsAtATime())
    .option('--cpus <number>', 'CPUs of each guest', parseNumber, 1)
    .option(
      '--write <file>',
      'also write the summary and the table as a page, such as docs/matrix.md',
    )
    .exitOverride()
    .parse(argv)
    .opts<Flags>();
}

/** One on each CPU, as far as the memory goes. */
function countGuestsAtATime(): number {
  const room = Math.floor(freemem() / (1.5 * 2 ** 30));
  return Math.max(1, Math.min(availableParallelism(), room));
}

function parseNumber(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 99.');
}
