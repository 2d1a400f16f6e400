import { readWritten } from '../../procfs/read-file.ts';
import type { AppGroups } from './app-groups.ts';
import { DEFAULT_APP_GROUPS } from './default-app-groups.ts';
import { DIALECTS, type Dialect, dialectOf, dialectOfText } from './dialect.ts';
import { parseAppGroups } from './parse-app-groups.ts';

/** What is known of the Netdata that is installed. */
export interface InstalledNetdata {
  /** `v1.37.1`; `undefined` where nobody says. */
  readonly version: string | undefined;
  /** Where the files may be that came with it. */
  readonly stockDirectories: readonly string[];
}

const NO_NETDATA: InstalledNetdata = { version: undefined, stockDirectories: [] };

const NAME = 'apps_groups.conf';

/** Netdata's own list of app groups takes 14 kB. */
const MOST_BYTES = 1024 * 1024;

/** What is wrong with a longer file is one thing. */
const MOST_PROBLEMS = 20;

/**
 * Read the first `apps_groups.conf` that can be used, as the Netdata that is installed would: by its version, else by the
 * form of the list or of the stock list. Without any of these, and for our own list, which is used where there is no other, by
 * rules of our own.
 *
 * @param directories - Where it is looked for, in this order.
 * @returns `problems`, one sentence each. Lines that came with Netdata are nobody's mistake here.
 */
export function readAppGroups(
  directories: readonly string[],
  netdata: InstalledNetdata = NO_NETDATA,
): {
  readonly groups: AppGroups;
  readonly problems: readonly string[];
} {
  const stock = readStock(netdata.stockDirectories);
  const passedOver: string[] = [];
  for (const directory of new Set(directories)) {
    const file = `${directory}/${NAME}`;
    const { bytes, ...unread } = readWritten(file, MOST_BYTES);
    if ('problem' in unread && unread.problem !== undefined)
      passedOver.push(`${file} ${unread.problem}, so it is not used`);
    if (bytes === undefined) continue;
    const text = bytes.toString('latin1');
    const { groups, problems, refused } = parseAppGroups(
      text,
      chooseDialect(netdata.version, text, stock),
    );
    if (refused !== undefined) {
      passedOver.push(`${file} ${refused}, so it is not used`);
      continue;
    }
    const lines = text.split(/\r\n|[\r\n]/);
    const told = problems
      .filter(({ line }) => !stock.lines.has(lines[line - 1] ?? ''))
      .map(({ line, sentence }) => `${file}:${line}: ${sentence}`);
    return { groups, problems: [...passedOver, ...shorten(told, file)] };
  }
  return { groups: parseAppGroups(DEFAULT_APP_GROUPS, DIALECTS.own).groups, problems: passedOver };
}

/** The list that came with Netdata. */
interface Stock {
  readonly text: string | undefined;
  readonly lines: ReadonlySet<string>;
}

function readStock(directories: readonly string[]): Stock {
  for (const directory of directories) {
    const text = readWritten(`${directory}/${NAME}`, MOST_BYTES).bytes?.toString('latin1');
    if (text !== undefined) return { text, lines: new Set(text.split(/\r\n|[\r\n]/)) };
  }
  return { text: undefined, lines: new Set() };
}

function chooseDialect(version: string | undefined, text: string, stock: Stock): Dialect {
  const said = version === undefined ? undefined : dialectOf(version);
  if (said !== undefined) return said;
  // The list of Netdata 1.x has no words of its own, but it is there.
  const ofStock =
    stock.text === undefined ? DIALECTS.own : (dialectOfText(stock.text) ?? DIALECTS.first);
  return dialectOfText(text) ?? ofStock;
}

function shorten(problems: readonly string[], file: string): readonly string[] {
  if (problems.length <= MOST_PROBLEMS) return problems;
  const rest = problems.length - MOST_PROBLEMS;
  return [...problems.slice(0, MOST_PROBLEMS), `${file}: ${rest} more lines like these`];
}
