import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../errors.ts';
import { configure, requireSettings } from './configure.ts';
import { addOptionFlags, type OptionFlags } from './option-flags.ts';
import { writeAll } from './output-stream.ts';
import { readVersion } from './version.ts';

type FormatFlags = OptionFlags & { readonly format: 'table' | 'json' };

type OnceFlags = FormatFlags & {
  readonly once?: boolean;
  readonly duration: number;
  readonly output?: string;
  readonly top: number;
  readonly verbose?: boolean;
};

/** Run `ebpf-processes` with the words after its name. @returns The exit code. */
export async function runDiagnosticCli(
  argv: readonly string[],
  io: NodeJS.Process,
): Promise<number> {
  // What follows `--` is the command to watch, even where it looks like our options.
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
      'Counts what happens to processes and threads in this kernel: created, executed, exited, released, failed to fork.',
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
    .addOption(buildFormatOption())
    .option(
      '-o, --output <file>',
      'print to a file; the standard output of COMMAND is then left alone',
    );
  root.option(
    '-n, --top <number>',
    'how many app groups, cgroups and services the page shows',
    parseTop,
    10,
  );
  root.option('-v, --verbose', 'also show whether every exited task was released or is a zombie');
  addOptionFlags(root, 'watching').action(async (flags: OnceFlags) => {
    if (!flags.once) {
      throw new UserError('USAGE', 'there is nothing to do', {
        hint: 'ebpf-processes --once, or ebpf-processes --help',
      });
    }
    const { runOnce } = await import('./commands/once.ts');
    const configured = configure(flags, io.env, 'diagnostic');
    exitCode = await runOnce(
      {
        settings: requireSettings(configured),
        configDirectories: configured.directories,
        durationSeconds: flags.duration,
        format: flags.format,
        top: flags.top,
        isVerbose: flags.verbose ?? false,
        outputFile: flags.output,
        command: watched,
      },
      io,
    );
  });
  addOptionFlags(
    root.command('program').description('print the bpftrace program that would be run'),
    'watching',
  ).action(async (flags: OptionFlags) => {
    const configured = configure(flags, io.env, 'diagnostic');
    const settings = requireSettings(configured);
    const { compile } = await import('../session/compile.ts');
    const { program } = await compile(settings, io.geteuid?.() ?? 0, configured.directories);
    await writeAll(io.stdout, program.text);
  });
  addOptionFlags(
    root.command('plan').description('print how each event would be attached, and why'),
    'watching',
  )
    .addOption(buildFormatOption())
    .action(async (flags: FormatFlags) => {
      const { printPlan } = await import('./commands/plan.ts');
      await printPlan(configure(flags, io.env, 'diagnostic'), flags.format, io);
    });
  addOptionFlags(
    root.command('config').description('print the value of each option and where it comes from'),
    'all',
  )
    .addOption(buildFormatOption())
    .action(async (flags: FormatFlags) => {
      const { printConfig } = await import('./commands/config.ts');
      await printConfig(flags, flags.format, io);
    });
  addOptionFlags(
    root
      .command('doctor')
      .description('examine this machine: what is there, what is missing, and what to do about it'),
    'watching',
  )
    .addOption(buildFormatOption())
    .action(async (flags: FormatFlags) => {
      const { runDoctor } = await import('./commands/doctor.ts');
      exitCode = await runDoctor(configure(flags, io.env, 'diagnostic'), flags.format, io);
    });
  root
    .command('schema')
    .description('print the JSON Schema of --once --format json')
    .action(async () => {
      const { renderReportSchema } = await import('../report/report.ts');
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

function buildFormatOption(): Option {
  return new Option('-f, --format <format>', 'what to print')
    .choices(['table', 'json'])
    .default('table');
}

const MAX_DURATION_SECONDS = 86_400;

function parseDuration(text: string): number {
  const seconds = Number(text);
  if (/^[\d.]+$/.test(text) && seconds >= 0.1 && seconds <= MAX_DURATION_SECONDS) return seconds;
  throw new InvalidArgumentError(`It must be seconds from 0.1 to ${MAX_DURATION_SECONDS}.`);
}

function parseTop(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
