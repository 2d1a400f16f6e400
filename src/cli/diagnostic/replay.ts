import { InvalidArgumentError } from 'commander';
import { type Moment, parseMoment } from '../../recording/moment.ts';
import { formatOption, outputOption, topOption } from './shared-options.ts';
import type { Subcommand } from './subcommand.ts';

interface ReplayFlags {
  readonly from?: Moment;
  readonly to?: Moment;
  readonly format: 'table' | 'json' | 'html';
  readonly output?: string;
  readonly top: number;
  readonly verbose?: boolean;
}

export const replay: Subcommand = {
  name: 'replay',
  explains: 'show what was recorded, all of it or a part',
  build(command, cli) {
    command
      .argument('<file>', 'a recording; - for standard input')
      .option('--from <time>', 'begin at: 14:05 (UTC), 2026-11-26T14:05:00Z, or +90s', toMoment)
      .option('--to <time>', 'end at', toMoment)
      .addOption(formatOption(['table', 'json', 'html']))
      .addOption(outputOption())
      .addOption(topOption())
      .option('-v, --verbose', 'show all tables, the plan and the audit')
      .action(async (file: string, flags: ReplayFlags) => {
        const { runReplay } = await import('../commands/replay.ts');
        const options = {
          file,
          from: flags.from,
          to: flags.to,
          format: flags.format,
          outputFile: flags.output,
          top: flags.top,
          isVerbose: flags.verbose ?? false,
        };
        await runReplay(options, cli.io);
      });
  },
};

function toMoment(text: string): Moment {
  const moment = parseMoment(text);
  if (moment !== undefined) return moment;
  throw new InvalidArgumentError('It must be as 14:05, 14:05:30, 2026-11-26T14:05:00Z or +90s.');
}
