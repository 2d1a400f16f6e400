import { InvalidArgumentError } from 'commander';
import { type Moment, parseMoment } from '../../recording/moment.ts';
import type { WatchFormat } from '../commands/watch-view.ts';
import { formatOption, outputOption, parseDuration, topOption } from './shared-options.ts';
import type { Subcommand } from './subcommand.ts';

type PageFormat = 'table' | 'json' | 'html' | 'openmetrics';

const PAGES: readonly PageFormat[] = ['table', 'json', 'html', 'openmetrics'];

const INTERVALS: readonly WatchFormat[] = ['screen', 'lines', 'csv', 'jsonl'];

interface ReplayFlags {
  readonly from?: Moment;
  readonly to?: Moment;
  readonly format: PageFormat | WatchFormat;
  readonly every: number;
  readonly speed: number;
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
      .addOption(formatOption([...PAGES, ...INTERVALS]))
      .option(
        '--every <time>',
        'with screen, lines, csv and jsonl: how long each interval is',
        parseDuration,
        10,
      )
      .option('--speed <factor>', 'with screen: how much faster than it was', parseSpeed, 1)
      .addOption(outputOption())
      .addOption(topOption())
      .option('-v, --verbose', 'show all tables, the plan and the audit')
      .action(async (file: string, flags: ReplayFlags) => {
        const range = { file, from: flags.from, to: flags.to };
        const { format } = flags;
        if (!isPage(format)) {
          const { runReplayIntervals } = await import('../commands/replay-intervals.ts');
          const { every: intervalSeconds, speed } = flags;
          await runReplayIntervals({ ...range, format, intervalSeconds, speed }, cli.io);
          return;
        }
        const { runReplay } = await import('../commands/replay.ts');
        const options = {
          ...range,
          format,
          outputFile: flags.output,
          top: flags.top,
          isVerbose: flags.verbose ?? false,
        };
        await runReplay(options, cli.io);
      });
  },
};

function isPage(format: PageFormat | WatchFormat): format is PageFormat {
  return PAGES.some((page) => page === format);
}

function parseSpeed(text: string): number {
  const speed = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && speed >= 0.01 && speed <= 10_000) return speed;
  throw new InvalidArgumentError('It must be a number from 0.01 to 10000.');
}

function toMoment(text: string): Moment {
  const moment = parseMoment(text);
  if (moment !== undefined) return moment;
  throw new InvalidArgumentError('It must be as 14:05, 14:05:30, 2026-11-26T14:05:00Z or +90s.');
}
