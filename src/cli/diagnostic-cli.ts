import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../errors.ts';
import { findNearest } from '../settings/nearest.ts';
import { quote } from '../settings/parse-conf.ts';
import { configure, printWarnings, requireSettings, warningsOf } from './configure.ts';
import { addOptionFlags, type OptionFlags } from './option-flags.ts';
import { writeAll } from './output-stream.ts';
import { readVersion } from './version.ts';

type FormatFlags = OptionFlags & { readonly format: 'table' | 'json' };

type OnceFlags = FormatFlags & {
  readonly duration: number;
  readonly output?: string;
  readonly top: number;
  readonly verbose?: boolean;
  readonly user?: string;
  readonly asRoot?: boolean;
};

const COMMANDS = ['program', 'plan', 'config', 'doctor', 'schema', 'help'];

/** What the commands share: the process that they run in, and the exit code that they set. */
interface Cli {
  readonly io: NodeJS.Process;
  exitCode: number;
  /** What commander has to say on standard output: help, the version. */
  printed: string;
}

/** Run `ebpf-processes` with the words after its name. @returns The exit code. */
export async function runDiagnosticCli(
  argv: readonly string[],
  io: NodeJS.Process,
): Promise<number> {
  const { own, watched } = splitAtCommand(argv);
  const cli: Cli = { io, exitCode: 0, printed: '' };
  const root = buildRoot(cli, watched);
  addProgram(root, cli);
  addPlan(root, cli);
  addConfig(root, cli);
  addDoctor(root, cli);
  addSchema(root, cli);
  try {
    await root.parseAsync([...own], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    await writeAll(io.stdout, cli.printed);
    return error.exitCode === 0 ? 0 : 2;
  }
  return cli.exitCode;
}

/** What follows `--` is the command to watch, even where it looks like our options. */
function splitAtCommand(argv: readonly string[]) {
  const split = argv.indexOf('--');
  if (split < 0) return { own: argv, watched: [] };
  const watched = argv.slice(split + 1);
  if (watched.length === 0) {
    throw new UserError('USAGE', 'there is no command after --', {
      hint: 'ebpf-processes --once -- COMMAND ARGS…',
    });
  }
  return { own: argv.slice(0, split), watched };
}

/** The command without a name: `--once`. */
function buildRoot(cli: Cli, watched: readonly string[]): Command {
  const { io } = cli;
  const root = new Command('ebpf-processes')
    .description(
      'Counts what happens to processes and threads in this kernel: created, executed, exited, released, failed to fork.',
    )
    .usage('[options] [-- COMMAND ARGS…]')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureOutput({
      writeOut: (text) => {
        cli.printed += text;
      },
      writeErr: (text) => io.stderr.write(text),
    })
    .exitOverride()
    .enablePositionalOptions()
    .passThroughOptions()
    .argument('[words...]')
    .option('--once', 'watch once, print one page and end: what is done where nothing else is said')
    .option(
      '-d, --duration <time>',
      'how long to watch without a COMMAND: 5, 30s, 2m, 1h',
      parseDuration,
      5,
    )
    .addOption(buildFormatOption())
    .option(
      '-o, --output <file>',
      'print to a file; the standard output of COMMAND is then left alone',
    )
    .option('-n, --top <number>', 'how many rows each table of the page has', parseTop, 5)
    .option('--user <name>', 'run COMMAND as this user; under sudo it runs as who called sudo')
    .option('--as-root', 'run COMMAND as root, also under sudo')
    .option('-v, --verbose', 'show all tables, the plan and the audit');
  return addOptionFlags(root, 'watching').action(async (words: string[], flags: OnceFlags) => {
    if (words.length > 0) throw misunderstood(words);
    cli.exitCode = await watchOnce(flags, watched, io);
  });
}

async function watchOnce(flags: OnceFlags, command: readonly string[], io: NodeJS.Process) {
  if (command.length === 0 && (flags.user !== undefined || flags.asRoot)) {
    throw new UserError('USAGE', '--user and --as-root say whom a COMMAND runs as; there is none', {
      hint: 'ebpf-processes --user NAME -- COMMAND ARGS…',
    });
  }
  const { runOnce } = await import('./commands/once.ts');
  const configured = configure(flags, io.env, 'diagnostic');
  return await runOnce(
    {
      settings: requireSettings(configured),
      warnings: warningsOf(configured),
      configDirectories: configured.directories,
      netdata: configured.netdata,
      durationSeconds: flags.duration,
      format: flags.format,
      top: flags.top,
      isVerbose: flags.verbose ?? false,
      outputFile: flags.output,
      command,
      userWish: { user: flags.user, asRoot: flags.asRoot ?? false },
    },
    io,
  );
}

function addProgram(root: Command, { io }: Cli): void {
  const command = root.command('program');
  command.description('print the bpftrace program that would be run');
  addOptionFlags(command, 'watching').action(async (flags: OptionFlags) => {
    const configured = configure(flags, io.env, 'diagnostic');
    const settings = requireSettings(configured);
    printWarnings(configured, io.stderr);
    const { compile } = await import('../session/compile.ts');
    const { program } = await compile(settings, io.geteuid?.() ?? 0, configured.directories);
    await writeAll(io.stdout, program.text);
  });
}

function addPlan(root: Command, { io }: Cli): void {
  const command = root.command('plan');
  command.description('print how each event would be attached, and why');
  addOptionFlags(command, 'watching')
    .addOption(buildFormatOption())
    .action(async (flags: FormatFlags) => {
      const { printPlan } = await import('./commands/plan.ts');
      await printPlan(configure(flags, io.env, 'diagnostic'), flags.format, io);
    });
}

function addConfig(root: Command, { io }: Cli): void {
  const command = root.command('config');
  command.description('print the value of each option and where it comes from');
  addOptionFlags(command, 'all')
    .addOption(buildFormatOption())
    .action(async (flags: FormatFlags) => {
      const { printConfig } = await import('./commands/config.ts');
      await printConfig(flags, flags.format, io);
    });
}

function addDoctor(root: Command, cli: Cli): void {
  const { io } = cli;
  const command = root.command('doctor');
  command.description(
    'examine this machine: what is there, what is missing, and what to do about it',
  );
  addOptionFlags(command, 'watching')
    .addOption(buildFormatOption())
    .action(async (flags: FormatFlags) => {
      const { runDoctor } = await import('./commands/doctor.ts');
      cli.exitCode = await runDoctor(configure(flags, io.env, 'diagnostic'), flags.format, io);
    });
}

function addSchema(root: Command, { io }: Cli): void {
  const command = root.command('schema');
  command.description('print the JSON Schema of --once --format json').action(async () => {
    const { renderReportSchema } = await import('../report/report.ts');
    await writeAll(io.stdout, renderReportSchema());
  });
}

function buildFormatOption(): Option {
  return new Option('-f, --format <format>', 'what to print')
    .choices(['table', 'json'])
    .default('table');
}

const MAX_DURATION_SECONDS = 86_400;

const UNIT_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600 };

function parseDuration(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text) ?? [];
  const seconds = Number(number) * (UNIT_SECONDS[unit] ?? Number.NaN);
  if (number !== '' && seconds >= 0.1 && seconds <= MAX_DURATION_SECONDS) return seconds;
  throw new InvalidArgumentError('It must be from 0.1 to 86400 seconds, or as 30s, 2m or 24h.');
}

/** A command of ours that is misspelt, or a command to watch without the `--` before it. */
function misunderstood(words: readonly string[]): UserError {
  const [first = ''] = words;
  const near = findNearest(first, COMMANDS);
  return new UserError('USAGE', `there is no command ${quote(first)}`, {
    hint:
      near === undefined
        ? `to watch a command, put -- before it: ebpf-processes -- ${words.join(' ')}`
        : `did you mean ebpf-processes ${near}? To watch a command, put -- before it`,
  });
}

function parseTop(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
