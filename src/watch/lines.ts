import { printable } from '../report/page-table.ts';
import { TITLES } from '../report/page-verdict.ts';
import type { Report } from '../report/report.ts';
import { widthOf } from '../report/wrap.ts';
import { type COUNTS, countZombies } from './columns.ts';
import { cut } from './cut.ts';
import { showCount, showRate } from './numbers.ts';
import { countersOf } from './update.ts';

type Counted = Exclude<(typeof COUNTS)[number]['name'], 'zombies'>;

/** Events a second. */
const RATES = [
  ['procs/s', 'process_created'],
  ['thrds/s', 'thread_created'],
  ['execs/s', 'exec'],
  ['exits/s', 'process_exited'],
  ['fails/s', 'failed_forks'],
] as const satisfies readonly (readonly [string, Counted])[];

/** Two spaces and seven characters. */
const WIDTH = 9;

const TIME = 'time'.padStart(8);

/** The line above the numbers, to be repeated on each screenful. */
export function renderHeader(): string {
  const heads = [...RATES.map(([head]) => head), 'zombies'];
  return `${TIME}${heads.map((head) => head.padStart(WIDTH)).join('')}  verdict`;
}

/**
 * One interval as one line.
 *
 * @param time - When it ended, as it is to be shown.
 * @param columns - Of the terminal; without one the line is as long as it must.
 */
export function renderLine(
  report: Report,
  time: string,
  columns = Number.POSITIVE_INFINITY,
): string {
  const { window } = report;
  const counters = countersOf(report);
  const rates = RATES.map(([, name]) => {
    const count = name === 'failed_forks' ? (counters.errors?.total ?? null) : counters[name];
    return showRate(count === null || window.seconds <= 0 ? null : count / window.seconds);
  });
  const numbers = [...rates, showCount(countZombies(report))];
  const start = `${time.padStart(widthOf(TIME))}${numbers.map((text) => text.padStart(WIDTH)).join('')}`;
  return cut(printable(`${start}  ${renderFindings(report)}`), columns);
}

/** The worst finding, and how many more there are. */
function renderFindings({ verdict }: Report): string {
  const [worst, ...others] = verdict;
  if (worst === undefined) return 'ok';
  const more = others.length === 0 ? '' : ` (+${others.length})`;
  return `${TITLES[worst.finding]}${more}: ${worst.sentence}`;
}
