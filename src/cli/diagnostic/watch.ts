import { InvalidArgumentError, Option } from 'commander';
import { UserError } from '../../errors.ts';
import type { WatchFormat } from '../commands/watch-view.ts';
import { type NarrowFlags, narrowOptions, readWanted } from '../narrow.ts';
import { addOptionFlags, type OptionFlags } from '../option-flags.ts';
import { costOption, parseDuration } from './shared-options.ts';
import type { Subcommand } from './subcommand.ts';

const FORMATS: readonly WatchFormat[] = ['screen', 'lines', 'csv', 'jsonl'];

const DEFAULT_INTERVAL_SECONDS = 2;

type WatchFlags = OptionFlags &
  NarrowFlags & { readonly format?: WatchFormat; readonly cost?: boolean };

export const watch: Subcommand = {
  name: 'watch',
  explains: 'watch live: a screen that refreshes, or one line an interval where it is piped',
  build(command, cli) {
    command
      .argument(
        '[interval]',
        'time from one refresh to the next: 1, 0.5, 2m',
        parseDuration,
        DEFAULT_INTERVAL_SECONDS,
      )
      .argument('[count]', 'how many of them; without it there is no end', parseCount)
      .addOption(
        new Option(
          '-f, --format <format>',
          'what to show; screen on a terminal, else lines',
        ).choices(FORMATS),
      )
      .option('--user <name>', 'narrow to what this user does')
      .addOption(costOption());
    for (const option of narrowOptions()) command.addOption(option);
    addOptionFlags(command, 'watching').action(
      async (intervalSeconds: number, count: number | undefined, flags: WatchFlags) => {
        if (cli.watched.length > 0) throw takesNoCommand(cli.watched);
        const { configure, requireSettings, warningsOf } = await import('../configure.ts');
        const { runWatch } = await import('../commands/watch.ts');
        const { chooseFormat } = await import('../commands/watch-view.ts');
        const configured = configure(flags, cli.io.env, 'diagnostic');
        cli.exitCode = await runWatch(
          {
            settings: requireSettings(configured),
            warnings: warningsOf(configured),
            configDirectories: configured.directories,
            netdata: configured.netdata,
            intervalSeconds,
            count,
            tellsCost: flags.cost ?? false,
            wanted: await readWanted(flags),
            format: chooseFormat(flags.format, cli.io),
          },
          cli.io,
        );
      },
    );
  },
};

function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number above 0.');
}

function takesNoCommand(words: readonly string[]): UserError {
  return new UserError('USAGE', 'watch shows the whole machine, and takes no COMMAND', {
    hint: `to watch a command while it runs: ebpf-processes -- ${words.join(' ')}`,
  });
}
