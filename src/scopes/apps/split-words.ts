import { showBytes } from './show-bytes.ts';

/**
 * A quoted word, which ends with its quote or with the line; or a word up to the next separator.
 *
 * Separators are the colon, the space and the control bytes. Bytes from 0x80 on are parts of letters in UTF-8.
 */
const WORD = /'([^']*)('?)|"([^"]*)("?)|[!-9;-~\u0080-\uffff]+/g;

/**
 * Split a line into its words, up to a word that begins with `#`.
 *
 * @param line - A byte string without its line break.
 * @returns The words without their quotes, and a sentence for each quote that is not what its writer meant.
 * A quote begins a word only where a word can begin; there is no escape.
 */
export function splitWords(line: string): { words: string[]; problems: string[] } {
  const words: string[] = [];
  const problems: string[] = [];
  let endOfQuoted: number | undefined;
  for (const match of line.matchAll(WORD)) {
    const [raw, inSingle, singleEnd, inDouble, doubleEnd] = match;
    const quoted = inSingle ?? inDouble;
    // A `#` in quotes is text.
    if (quoted === undefined && raw.startsWith('#')) break;
    if (match.index === endOfQuoted) {
      problems.push(
        `a quote ends its word, so that ${showBytes(raw)} after it is a word by itself`,
      );
    }
    if (quoted === undefined) {
      if (/['"]/.test(raw)) {
        problems.push(
          `the quote in ${showBytes(raw)} is read as text, because the word does not begin with it`,
        );
      }
      words.push(raw);
      continue;
    }
    if ((singleEnd ?? doubleEnd) === '') {
      problems.push(
        `the quote before ${showBytes(quoted)} is not closed, so that the line closes it`,
      );
    }
    words.push(quoted);
    endOfQuoted = match.index + raw.length;
  }
  return { words, problems };
}
