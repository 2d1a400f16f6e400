import { fill } from './cut.ts';
import { type History, listRates, rateOf } from './history.ts';
import { type Line, line } from './line.ts';
import { showRate } from './numbers.ts';
import { drawSparkline } from './sparkline.ts';
import type { Metric } from './update.ts';

const NAMES: readonly (readonly [Metric, string])[] = [
  ['process_created', 'processes/s'],
  ['thread_created', 'threads/s'],
  ['exec', 'execs/s'],
  ['failed_forks', 'failed forks/s'],
];

const NAME_WIDTH = 14;
const RATE_WIDTH = 8;
const HIGHEST_WIDTH = 12;
const LEAST_GRAPH_WIDTH = 10;

/** The last minutes as a small graph for each of what is counted. */
export function renderGraphs(
  history: History,
  intervalSeconds: number,
  columns: number,
  isAscii: boolean,
): Line[] {
  const room = columns - NAME_WIDTH - RATE_WIDTH - 1;
  const hasHighest = room - HIGHEST_WIDTH >= LEAST_GRAPH_WIDTH;
  const width = Math.max(0, hasHighest ? room - HIGHEST_WIDTH : room);
  return NAMES.map(([metric, name]) => {
    const rates = listRates(history, metric, intervalSeconds, width);
    const last = history.points.at(-1);
    const rate = last === undefined ? null : rateOf(last, metric);
    const highest = Math.max(0, ...rates.map((one) => one ?? 0));
    const graph =
      width < LEAST_GRAPH_WIDTH ? '' : fill(drawSparkline(rates, isAscii), width, 'right');
    return line(
      [
        fill(name, NAME_WIDTH, 'left'),
        fill(showRate(rate), RATE_WIDTH, 'right'),
        ' ',
        graph,
        hasHighest && rates.length > 0
          ? fill(`max ${showRate(highest)}`, HIGHEST_WIDTH, 'right')
          : '',
      ].join(''),
    );
  });
}
