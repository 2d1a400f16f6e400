import { type Command, Option } from 'commander';
import { UserError } from '../../errors.ts';
import { toShellWord } from '../../report/shell-word.ts';
import { findNearest } from '../../settings/nearest.ts';
import { quote } from '../../settings/parse-conf.ts';
import { EXAMPLES } from '../examples.ts';
import { MORE } from '../help.ts';
import { type NarrowFlags, narrowOptions, readWanted } from '../narrow.ts';
import { addOptionFlags, type OptionFlags } from '../option-flags.ts';
import {
  costOption,
  durationOption,
  formatOption,
  outputOption,
  topOption,
} from './shared-options.ts';
import type { Cli } from './subcommand.ts';

type OnceFlags = OptionFlags &
  NarrowFlags & {
    readonly duration: number;
    readonly format: 'table' | 'json' | 'html' | 'openmetrics';
    readonly output?: string;
    readonly top: number;
    readonly verbose?: boolean;
    readonly asRoot?: boolean;
    readonly cost?: boolean;
    readonly stat?: boolean;
  };

/**
 * The command without a name: `--once`.
 *
 * @param names - Of the other commands.
 */
export function buildRoot(root: Command, cli: Cli, names: readonly string[]): void {
  root
    .description(
      'Counts what happens to processes and threads in this kernel: created, executed, exited, released, failed to fork.',
    )
    .usage('[options] [-- COMMAND ARGS…]')
    .argument('[words...]')
    .addOption(
      more('--once', 'watch once, print one page and end: what is done where nothing else is said'),
    )
    .addOption(durationOption())
    .addOption(formatOption(['table', 'json', 'html', 'openmetrics']))
    .addOption(outputOption())
    .addOption(topOption());
  for (const option of narrowOptions()) root.addOption(option);
  root
    .option('--stat', 'print one line on standard error, as time does; COMMAND has its own output')
    .option(
      '--user <name>',
      'narrow to what this user does; with COMMAND: run it as this user, under sudo otherwise as who called sudo',
    )
    .addOption(more('--as-root', 'run COMMAND as root, also under sudo'))
    .option('-v, --verbose', 'show all tables, the plan and the audit')
    .addOption(costOption())
    .addHelpText('after', describeExamples);
  addOptionFlags(root, 'watching').action(async (words: string[], flags: OnceFlags) => {
    if (words.length > 0) throw misunderstood(words, names);
    cli.exitCode = await watchOnce(flags, cli);
  });
}

function more(flags: string, explains: string): Option {
  return new Option(flags, explains).helpGroup(MORE);
}

function describeExamples(): string {
  const width = Math.max(...EXAMPLES.map(([command]) => command.length));
  const lines = EXAMPLES.map(([command, shows]) => `  ${command.padEnd(width)}  ${shows}`);
  return ['', 'Examples:', ...lines].join('\n');
}

async function watchOnce(flags: OnceFlags, { io, watched }: Cli): Promise<number> {
  const hasCommand = watched.length > 0;
  if (!hasCommand && flags.asRoot) {
    throw new UserError('USAGE', '--as-root says whom a COMMAND runs as; there is none', {
      hint: 'ebpf-processes --as-root -- COMMAND ARGS…',
    });
  }
  const { user, ...others } = flags;
  const wanted = await readWanted(hasCommand ? others : flags);
  const { configure, requireSettings, warningsOf } = await import('../configure.ts');
  const { runOnce } = await import('../commands/once.ts');
  const configured = configure(flags, io.env, 'diagnostic');
  return await runOnce(
    {
      settings: requireSettings(configured),
      warnings: warningsOf(configured),
      configDirectories: configured.directories,
      netdata: configured.netdata,
      durationSeconds: flags.duration,
      format: flags.stat ? 'stat' : flags.format,
      top: flags.top,
      isVerbose: flags.verbose ?? false,
      outputFile: flags.output,
      command: watched,
      tellsCost: flags.cost ?? false,
      userWish: { user: hasCommand ? user : undefined, asRoot: flags.asRoot ?? false },
      wanted,
    },
    io,
  );
}

/** A command of ours that is misspelt, or a command to watch without the `--` before it. */
function misunderstood(words: readonly string[], names: readonly string[]): UserError {
  const [first = ''] = words;
  const near = findNearest(first, names);
  return new UserError('USAGE', `there is no command ${quote(first)}`, {
    hint:
      near === undefined
        ? `to watch a command, put -- before it: ebpf-processes -- ${words.map(toWord).join(' ')}`
        : `did you mean ebpf-processes ${near}? To watch a command, put -- before it`,
  });
}

function toWord(word: string): string {
  return toShellWord(Buffer.from(word).toString('latin1'));
}
