/** `npm run bench`: what this project costs on this machine. */
import { resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { UserError } from '../src/errors.ts';
import { type Bench, FULL, type Part, QUICK } from './bench/context.ts';
import { measureCost } from './bench/cost.ts';
import { measureDumps } from './bench/dumps.ts';
import { measureEvents } from './bench/events.ts';
import { measureLife } from './bench/life.ts';
import { describeMachine } from './bench/machine.ts';
import { measureOnce } from './bench/once.ts';
import { measureSlowdown } from './bench/slowdown.ts';
import { measureStart } from './bench/start.ts';
import { renderMarkdown, renderText } from './bench/table.ts';
import { findTargets } from './bench/targets.ts';
import { buildWorkloads } from './bench/workloads.ts';

const PARTS: Readonly<Record<string, Part>> = {
  start: measureStart,
  once: measureOnce,
  cost: measureCost,
  events: measureEvents,
  life: measureLife,
  slowdown: measureSlowdown,
  dumps: measureDumps,
};

interface Flags {
  readonly quick?: boolean;
  readonly apart?: boolean;
  readonly markdown?: boolean;
  readonly only?: string;
  readonly bpftrace?: string;
  readonly against?: string;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Not once: tsx ends the process at once where a signal has no listener left.
    process.on(signal, () => interrupt.abort());
  }
  try {
    const flags = parseFlags(process.argv);
    if (process.geteuid?.() !== 0) {
      throw new UserError(
        'NOT_ROOT',
        'the benchmark attaches programs and reads their statistics',
        {
          hint: 'sudo npm run bench',
        },
      );
    }
    await run(flags, interrupt.signal);
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted) {
      console.error('interrupted');
      return 130;
    }
    // commander has printed its sentence (or its help) already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof UserError)) throw error;
    console.error(String(error));
    return error.exitCode;
  }
}

async function run(flags: Flags, signal: AbortSignal): Promise<void> {
  const { targets, leftOut } = await findTargets(flags.bpftrace && resolve(flags.bpftrace), signal);
  const bench: Bench = {
    targets,
    signal,
    effort: flags.quick ? QUICK : FULL,
    apart: flags.apart ?? false,
    against: flags.against && resolve(flags.against),
    workloads: await buildWorkloads(),
    say: (sentence) => console.error(`bench: ${sentence}`),
  };
  const counts = bench.apart
    ? 'counts kept apart by app group and cgroup'
    : 'counts of the whole system only';
  const machine = [...describeMachine(targets), counts, ...leftOut];
  console.log(`${machine.map((line) => (flags.markdown ? `- ${line}` : line)).join('\n')}\n`);
  for (const [name, measure] of Object.entries(PARTS)) {
    if (flags.only !== undefined && flags.only !== name) continue;
    const table = await measure(bench);
    console.log(flags.markdown ? renderMarkdown(table) : renderText(table));
  }
}

function parseFlags(argv: readonly string[]): Flags {
  return new Command('bench')
    .description('Measures what ebpf-processes costs on this machine; about 8 minutes, as root.')
    .option('--quick', 'less of everything: about 1.5 minutes, rougher numbers')
    .addOption(new Option('--only <part>', 'one part').choices(Object.keys(PARTS)))
    .option('--bpftrace <file>', 'one bpftrace instead of one of each version')
    .option('--apart', 'with counts kept apart by app group and cgroup')
    .option('--against <dir>', 'another built checkout, to compare with')
    .option('--markdown', 'print for a README')
    .exitOverride()
    .parse(argv)
    .opts<Flags>();
}
