import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../errors.ts';
import { configure, printWarnings, requireSettings, warningsOf } from './configure.ts';
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
  readonly user?: string;
  readonly asRoot?: boolean;
};

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
    .usage('--once [options] [-- COMMAND ARGS…]')
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
    .option('--once', 'watch once, print one page and end; with a COMMAND, watch while it runs')
    .option('-d, --duration <seconds>', 'how long to watch without a COMMAND', parseDuration, 5)
    .addOption(buildFormatOption())
    .option(
      '-o, --output <file>',
      'print to a file; the standard output of COMMAND is then left alone',
    )
    .option(
      '-n, --top <number>',
      'how many app groups, cgroups and services the page shows',
      parseTop,
      10,
    )
    .option('--user <name>', 'run COMMAND as this user; under sudo it runs as who called sudo')
    .option('--as-root', 'run COMMAND as root, also under sudo')
    .option('-v, --verbose', 'also show whether every exited task was released or is a zombie');
  return addOptionFlags(root, 'watching').action(async (flags: OnceFlags) => {
    cli.exitCode = await watchOnce(flags, watched, io);
  });
}

async function watchOnce(flags: OnceFlags, command: readonly string[], io: NodeJS.Process) {
  if (!flags.once) {
    throw new UserError('USAGE', 'there is nothing to do', {
      hint: 'ebpf-processes --once, or ebpf-processes --help',
    });
  }
  if (command.length === 0 && (flags.user !== undefined || flags.asRoot)) {
    throw new UserError('USAGE', '--user and --as-root say whom a COMMAND runs as; there is none', {
      hint: 'ebpf-processes --once --user NAME -- COMMAND ARGS…',
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

function parseDuration(text: string): number {
  const seconds = Number(text);
  if (/^[\d.]+$/.test(text) && seconds >= 0.1 && seconds <= MAX_DURATION_SECONDS) return seconds;
  throw new InvalidArgumentError(`It must be seconds from 0.1 to ${MAX_DURATION_SECONDS}.`);
}

function parseTop(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
