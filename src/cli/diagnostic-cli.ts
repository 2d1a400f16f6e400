import { Command, CommanderError } from 'commander';
import { UserError } from '../errors.ts';
import { buildRoot } from './diagnostic/root.ts';
import type { Cli } from './diagnostic/subcommand.ts';
import { SUBCOMMANDS } from './diagnostic/subcommands.ts';
import { addHelpAll, shortenHelp, toOurShape } from './help.ts';
import { writeAll } from './output-stream.ts';
import { readVersion } from './version.ts';

/** Run `ebpf-processes` with the words after its name. @returns The exit code. */
export async function runDiagnosticCli(
  argv: readonly string[],
  io: NodeJS.Process,
): Promise<number> {
  return await parse(argv, io, (root) => root);
}

/**
 * Answer what needs no other part of the program: help, the version.
 *
 * @returns The exit code; `undefined` where that is not what is asked for.
 */
export async function answerQuickly(
  argv: readonly string[],
  io: NodeJS.Process,
): Promise<number | undefined> {
  let isQuick = true;
  const exitCode = await parse(argv, io, (root) => {
    for (const command of [root, ...root.commands]) {
      command.action(() => {
        isQuick = false;
      });
    }
    return root;
  });
  return isQuick ? exitCode : undefined;
}

async function parse(
  argv: readonly string[],
  io: NodeJS.Process,
  adapt: (root: Command) => Command,
): Promise<number> {
  const { own, watched } = splitAtCommand(argv);
  const cli: Cli = { io, watched, exitCode: 0 };
  // What commander has to say on standard output: help, the version.
  let printed = '';
  const root = adapt(
    buildDiagnostic(cli, (text) => {
      printed += text;
    }),
  );
  try {
    await root.parseAsync([...own], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    await writeAll(io.stdout, printed);
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

/**
 * The command line as a tree of commands.
 *
 * @param print - What to do with help and version.
 */
export function buildDiagnostic(cli: Cli, print: (text: string) => void): Command {
  const root = shortenHelp(new Command('ebpf-processes'))
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureOutput({
      writeOut: print,
      writeErr: (text) => cli.io.stderr.write(text),
      outputError: (complaint, write) => write(toOurShape(complaint)),
    })
    .exitOverride()
    .enablePositionalOptions()
    .passThroughOptions();
  buildRoot(root, cli, [...SUBCOMMANDS.map(({ name }) => name), 'help']);
  addHelpAll(root);
  for (const { name, explains, build } of SUBCOMMANDS) {
    const command = root.command(name).description(explains);
    build(command, cli);
    if (command.options.length > 0) addHelpAll(command);
  }
  return root;
}
