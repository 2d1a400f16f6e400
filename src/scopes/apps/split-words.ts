import { showBytes } from './show-bytes.ts';

/**
 * A quoted word, which ends with its quote or with the line; or a word up to the next separator.
 *
 * Separators are the colon, the space and the control bytes. Bytes from 0x80 on are parts of letters in UTF-8.
 */
const WORD = /'([^']*)('?)|"([^"]*)("?)|[!-9;-~\u0080-\uffff]+/g;

/** A word, and what stands around it that people may have meant otherwise. */
interface Word {
  /** Without its quotes. */
  readonly text: string;
  /** A colon stands between it and the word before it. */
  readonly isBehindColon: boolean;
  /** It ends in a backslash, and a space follows. */
  readonly endsInBackslash: boolean;
}

/**
 * Split a line into its words, up to a word that begins with `#`.
 *
 * @param line - A byte string without its line break.
 * @returns The words without their quotes, and a sentence for each quote, colon and backslash that is not what its writer
 * meant. A quote begins a word only where a word can begin; there is no escape.
 */
export function splitWords(line: string): { words: string[]; problems: string[] } {
  const words: Word[] = [];
  const problems: string[] = [];
  let end = 0;
  let endOfQuoted: number | undefined;
  for (const match of line.matchAll(WORD)) {
    const [raw, inSingle, singleEnd, inDouble, doubleEnd] = match;
    const quoted = inSingle ?? inDouble;
    // A `#` in quotes is text.
    if (quoted === undefined && raw.startsWith('#')) break;
    const isBehindColon = line.slice(end, match.index).includes(':');
    end = match.index + raw.length;
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
      words.push({
        text: raw,
        isBehindColon,
        endsInBackslash: raw.endsWith('\\') && /[ \t]/.test(line.charAt(end)),
      });
      continue;
    }
    if ((singleEnd ?? doubleEnd) === '') {
      problems.push(
        `the quote before ${showBytes(quoted)} is not closed, so that the line closes it`,
      );
    }
    words.push({ text: quoted, isBehindColon, endsInBackslash: false });
    endOfQuoted = end;
  }
  return {
    words: words.map(({ text }) => text),
    problems: [...problems, ...explainColons(words), ...explainBackslashes(words)],
  };
}

/** A colon stands behind the group, and nowhere else. */
function explainColons(words: readonly Word[]): string[] {
  const [group, first] = words;
  const at = words.findIndex(({ isBehindColon }, i) => i > 1 && isBehindColon);
  const before = words[at - 1];
  const behind = words[at];
  if (group === undefined || before === undefined || behind === undefined) return [];
  return first?.isBehindColon
    ? [
        `a colon ends a word, so that ${showBytes(before.text)} and ${showBytes(behind.text)} are two patterns; quotes keep them together`,
      ]
    : [
        `the group is ${showBytes(group.text)}, and ${showBytes(before.text)} before the colon is a pattern; the name of a group has no space`,
      ];
}

function explainBackslashes(words: readonly Word[]): string[] {
  const at = words.findIndex(({ endsInBackslash }) => endsInBackslash);
  const word = words[at];
  const next = words[at + 1];
  if (word === undefined || next === undefined) return [];
  return [
    `a backslash keeps no space, so that ${showBytes(word.text)} and ${showBytes(next.text)} are two words; quotes keep them together`,
  ];
}
