import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../errors.ts';
import { type Settings, settingsSchema } from '../settings/settings.ts';
import { writeAll } from './output-stream.ts';
import { readVersion } from './version.ts';

interface PlanFlags {
  readonly mode: Settings['loadMode'];
  readonly bpftrace?: string;
}

interface OnceFlags extends PlanFlags {
  readonly once?: boolean;
  readonly duration: number;
  readonly format: 'table' | 'json';
  readonly output?: string;
}

/** `ebpf-processes`: the words after the program's name → what they ask for → exit code. */
export async function runDiagnosticCli(
  argv: readonly string[],
  io: NodeJS.Process,
): Promise<number> {
  // What follows `--` is somebody else's command line, whatever it looks like.
  const split = argv.indexOf('--');
  const own = split < 0 ? argv : argv.slice(0, split);
  const watched = split < 0 ? [] : argv.slice(split + 1);
  if (split >= 0 && watched.length === 0) {
    throw new UserError('USAGE', 'there is no command after --', {
      hint: 'ebpf-processes --once -- COMMAND ARGS…',
    });
  }
  let exitCode = 0;
  const root = new Command('ebpf-processes')
    .description(
      'Counts what happens to processes and threads inside this kernel: created, executed, exited, released, refused.',
    )
    .usage('--once [options] [-- COMMAND ARGS…]')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .exitOverride()
    .enablePositionalOptions()
    .option('--once', 'watch once, print one page and end; with a COMMAND, watch while it runs')
    .option('-d, --duration <seconds>', 'how long to watch without a COMMAND', parseDuration, 5)
    .addOption(
      new Option('-f, --format <format>', 'what to print')
        .choices(['table', 'json'])
        .default('table'),
    )
    .option(
      '-o, --output <file>',
      'print to a file; the standard output of COMMAND is then left alone',
    );
  addPlanFlags(root).action(async (flags: OnceFlags) => {
    if (!flags.once) {
      throw new UserError('USAGE', 'nothing was asked for', {
        hint: 'ebpf-processes --once, or ebpf-processes --help',
      });
    }
    const { runOnce } = await import('./once.ts');
    exitCode = await runOnce(
      {
        settings: toSettings(flags),
        durationSeconds: flags.duration,
        format: flags.format,
        outputFile: flags.output,
        command: watched,
      },
      io,
    );
  });
  addPlanFlags(
    root.command('program').description('print the bpftrace program that would be run'),
  ).action(async (flags: PlanFlags) => {
    const { compile } = await import('./compile.ts');
    const { program } = await compile(toSettings(flags), io.geteuid?.() ?? 0);
    await writeAll(io.stdout, program.text);
  });
  addPlanFlags(root.command('plan').description('print what would be attached, and why'))
    .addOption(
      new Option('-f, --format <format>', 'what to print')
        .choices(['table', 'json'])
        .default('table'),
    )
    .action(async (flags: PlanFlags & Pick<OnceFlags, 'format'>) => {
      const { printPlan } = await import('./plan.ts');
      await printPlan(toSettings(flags), flags.format, io);
    });
  root
    .command('schema')
    .description('print the JSON Schema of --once --format json')
    .action(async () => {
      const { renderReportSchema } = await import('../output/report.ts');
      await writeAll(io.stdout, renderReportSchema());
    });
  try {
    await root.parseAsync([...own], { from: 'user' });
  } catch (error) {
    // commander has printed its sentence (or its help) already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return exitCode;
}

/** The flags that decide what is attached; the same for everything that makes a plan. */
export function addPlanFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '-m, --mode <mode>',
        'entry: what succeeded; return: also what was refused, which slows every system call a little',
      )
        .choices(['entry', 'return'])
        .default('entry'),
    )
    .option('--bpftrace <file>', 'the bpftrace to run, by its full path', parseAbsolutePath);
}

export function toSettings(flags: PlanFlags, updateEverySeconds?: number): Settings {
  return settingsSchema.parse({
    loadMode: flags.mode,
    bpftracePath: flags.bpftrace,
    updateEverySeconds,
  });
}

const MAX_DURATION_SECONDS = 86_400;

function parseDuration(text: string): number {
  const seconds = Number(text);
  if (/^[\d.]+$/.test(text) && seconds >= 0.1 && seconds <= MAX_DURATION_SECONDS) return seconds;
  throw new InvalidArgumentError(`It must be seconds from 0.1 to ${MAX_DURATION_SECONDS}.`);
}

function parseAbsolutePath(text: string): string {
  if (text.startsWith('/')) return text;
  throw new InvalidArgumentError('It must be a full path, beginning with /.');
}
