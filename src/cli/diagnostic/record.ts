import { InvalidArgumentError } from 'commander';
import { UserError } from '../../errors.ts';
import { addOptionFlags, type OptionFlags } from '../option-flags.ts';
import { durationOption, formatOption, parseDuration } from './shared-options.ts';
import type { Subcommand } from './subcommand.ts';

type RecordFlags = OptionFlags & {
  readonly output?: string;
  readonly duration: number;
  readonly every: number;
  readonly maxSize: number;
  readonly format: 'none' | 'table' | 'json' | 'html' | 'openmetrics';
  readonly user?: string;
  readonly asRoot?: boolean;
};

export const record: Subcommand = {
  name: 'record',
  explains: 'record what happens for a time, or while COMMAND runs, to be seen later: replay',
  build(command, cli) {
    command
      .usage('-o FILE [options] [-- COMMAND ARGS…]')
      .option('-o, --output <file>', 'the recording, compressed where it ends in .gz; - for stdout')
      .addOption(durationOption().default(60))
      .option(
        '--every <time>',
        'how long each part is: what is replayed begins and ends with one',
        parseDuration,
        1,
      )
      .option(
        '--max-size <size>',
        'bytes it may take, as 50M or 2G; then the begin is thrown away',
        parseSize,
        100e6,
      )
      .addOption(formatOption(['none', 'table', 'json', 'html', 'openmetrics']))
      .option('--user <name>', 'run COMMAND as this user; under sudo it runs as who called sudo')
      .option('--as-root', 'run COMMAND as root, also under sudo');
    addOptionFlags(command, 'watching').action(async (flags: RecordFlags) => {
      if (flags.output === undefined) {
        throw new UserError('USAGE', 'record needs a file to write to', {
          hint: 'ebpf-processes record -o FILE',
        });
      }
      const { configure, requireSettings, warningsOf } = await import('../configure.ts');
      const { runRecord } = await import('../commands/record.ts');
      const configured = configure(flags, cli.io.env, 'diagnostic');
      cli.exitCode = await runRecord(
        {
          settings: requireSettings(configured),
          warnings: warningsOf(configured),
          configDirectories: configured.directories,
          netdata: configured.netdata,
          durationSeconds: flags.duration,
          partMs: flags.every * 1_000,
          mostBytes: flags.maxSize,
          file: flags.output,
          format: flags.format,
          command: cli.watched,
          userWish: { user: flags.user, asRoot: flags.asRoot ?? false },
        },
        cli.io,
      );
    });
  },
};

const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 };

/** A size as `500k`, `50M`, `2G`. @returns Bytes. */
function parseSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([kMG]?)B?$/.exec(text) ?? [];
  const bytes = Number(number) * (UNIT_BYTES[unit] ?? Number.NaN);
  if (number !== '' && bytes >= 100e3 && bytes <= 1e12) return bytes;
  throw new InvalidArgumentError('It must be from 100k to 1000G, such as 50M.');
}
