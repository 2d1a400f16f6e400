import { claim } from './target.ts';

/** What Netdata takes for the end of a word outside of quotes. */
const SEPARATOR = /[ \t\r\n\f\v=]/;

/** Bytes of Netdata's buffer for lines; one that is longer can be torn. */
const LONGEST_LINE = 15_360;

/** More words than this are ignored. */
const MOST_WORDS = 20;

/**
 * Lines of the plugins.d protocol as words, as Netdata reads them.
 *
 * @throws OutOfBounds where Netdata would not read all of a line.
 * @see netdata/netdata libnetdata/libnetdata.h (1.37), quoted_strings_splitter()
 */
export function readLines(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const bytes = Buffer.byteLength(line);
      claim(bytes < LONGEST_LINE, `a line of ${bytes} bytes`);
      const words = readWords(line);
      claim(words.length <= MOST_WORDS, `a line of ${words.length} words`);
      return words;
    });
}

function readWords(line: string): string[] {
  const words: string[] = [];
  let at = skipSeparators(line, 0);
  while (at < line.length) {
    const first = line[at] ?? '';
    const quote = first === "'" || first === '"' ? first : undefined;
    const from = quote === undefined ? at : at + 1;
    at = from;
    while (at < line.length && !isEnd(line[at] ?? '', quote)) at += line[at] === '\\' ? 2 : 1;
    words.push(line.slice(from, at));
    at = skipSeparators(line, quote === undefined ? at : at + 1);
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
