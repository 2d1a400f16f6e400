/** What ends a word outside of quotes: `SET a=5` is the same line as `SET a = 5`. */
const SEPARATOR = /[ \t\r\n\f\v=]/;

/** Bytes of the agent's buffer for lines; one that is longer can be torn. */
const LONGEST_LINE = 15_360;

/** More words than this are ignored by agents before 2.0. */
const MOST_WORDS = 20;

/** A line that an agent would read otherwise than it was meant, or not to its end. */
export class BadLine extends Error {}

/**
 * The words of one line, without its line break, as an agent reads them.
 *
 * @throws BadLine where the agent would not read all of the line.
 * @see netdata/netdata src/plugins.d/README.md; libnetdata/libnetdata.h (1.37), quoted_strings_splitter()
 */
export function readWords(line: string): string[] {
  const bytes = Buffer.byteLength(line) + 1;
  if (bytes >= LONGEST_LINE) throw new BadLine(`a line of ${bytes} bytes`);
  const words = splitWords(line).map(({ text }) => text);
  if (words.length > MOST_WORDS) throw new BadLine(`a line of ${words.length} words`);
  return words;
}

/**
 * The same, where nothing may be left to chance either: a quote that does not end, words that touch, a backslash, which
 * stays in the word and takes the meaning of the quote behind it, and characters that a log would not show.
 *
 * @throws BadLine
 */
export function readPlainWords(line: string): string[] {
  if (/\p{Cc}/u.test(line)) throw new BadLine('a control character');
  if (line.includes('\\')) throw new BadLine('a backslash');
  for (const { isOpen, isTouched } of splitWords(line)) {
    if (isOpen) throw new BadLine('a quote that does not end');
    if (isTouched) throw new BadLine('two words without a separator');
  }
  return readWords(line);
}

interface Word {
  readonly text: string;
  /** It begins with a quote that does not end. */
  readonly isOpen: boolean;
  /** It is in quotes, and the next word begins just behind them. */
  readonly isTouched: boolean;
}

function splitWords(line: string): Word[] {
  const words: Word[] = [];
  let at = skipSeparators(line, 0);
  while (at < line.length) {
    const first = line[at] ?? '';
    // Only the first character of a word can open a quote; both kinds are the same.
    const quote = first === "'" || first === '"' ? first : undefined;
    const from = quote === undefined ? at : at + 1;
    at = from;
    while (at < line.length && !isEnd(line[at] ?? '', quote)) at += line[at] === '\\' ? 2 : 1;
    const isOpen = quote !== undefined && at >= line.length;
    const text = line.slice(from, at);
    const begin = quote === undefined ? at : at + 1;
    at = skipSeparators(line, begin);
    words.push({
      text,
      isOpen,
      isTouched: quote !== undefined && at === begin && at < line.length,
    });
  }
  return words;
}

function isEnd(character: string, quote: string | undefined): boolean {
  return quote === undefined ? SEPARATOR.test(character) : character === quote;
}

function skipSeparators(line: string, from: number): number {
  let at = from;
  while (at < line.length && SEPARATOR.test(line[at] ?? '')) at += 1;
  return at;
}
