import { type AppPattern, writePattern } from './app-pattern.ts';
import { SubstringFinder } from './substring-finder.ts';
import { toWildcard, type Wildcard } from './wildcard.ts';

/** Bytes of a task's name that the kernel keeps, without the NUL (kernel: include/linux/sched.h, TASK_COMM_LEN). */
export const COMM_BYTES = 15;

/** Patterns by kind, laid out for a fast look-up. A place is a pattern's index in the order of the file. */
export interface PatternIndex {
  readonly exact: ReadonlyMap<string, number>;
  readonly prefix: TextsByLength;
  readonly suffix: TextsByLength;
  /** Exact and prefix patterns longer than a comm, by their first 15 bytes; the first in the file of several. */
  readonly cut: ReadonlyMap<string, number>;
  /** Parts of the command line. */
  readonly substring: SubstringFinder;
  /** The place of the first of these; `Infinity` without one. */
  readonly firstSubstring: number;
  /** In the order of the file. */
  readonly wildcards: readonly PlacedWildcard[];
  /** What texts and names become before they are compared. */
  readonly fold: (text: string) => string;
}

export interface PlacedWildcard {
  readonly wildcard: Wildcard;
  readonly place: number;
  /** Compared with the command line, not with names. */
  readonly isSubstring: boolean;
}

/** Patterns by text. A name is looked up once for each length that a pattern has: about ten times, however many patterns. */
export interface TextsByLength {
  /** Ascending, each once. */
  readonly lengths: readonly number[];
  readonly places: ReadonlyMap<string, number>;
}

/** @param ignoresCase - See `Dialect.ignoresCase`. */
export function buildPatternIndex(
  patterns: readonly Pick<AppPattern, 'kind' | 'text' | 'isWildcard'>[],
  ignoresCase: boolean,
): PatternIndex {
  const fold = ignoresCase ? foldCase : (text: string) => text;
  const placed = patterns.map((pattern, place) => ({
    ...pattern,
    text: fold(pattern.text),
    place,
  }));
  const plain = placed.filter(({ isWildcard }) => !isWildcard);
  const ofKind = (kind: AppPattern['kind']) => plain.filter((pattern) => pattern.kind === kind);
  const substrings = ofKind('substring');
  return {
    exact: toPlaces(ofKind('exact')),
    prefix: toTextsByLength(ofKind('prefix')),
    suffix: toTextsByLength(ofKind('suffix')),
    cut: toCut(plain),
    substring: new SubstringFinder(substrings),
    firstSubstring: substrings[0]?.place ?? Infinity,
    wildcards: placed
      .filter(({ isWildcard }) => isWildcard)
      .map(({ kind, text, place }) => ({
        wildcard: toWildcard(writePattern({ kind, text })),
        place,
        isSubstring: kind === 'substring',
      })),
    fold,
  };
}

type Placed = readonly {
  readonly kind: AppPattern['kind'];
  readonly text: string;
  readonly place: number;
}[];

function toCut(patterns: Placed): Map<string, number> {
  const cut = new Map<string, number>();
  for (const { kind, text, place } of patterns) {
    if (text.length <= COMM_BYTES || (kind !== 'exact' && kind !== 'prefix')) continue;
    const begin = text.slice(0, COMM_BYTES);
    if (!cut.has(begin)) cut.set(begin, place);
  }
  return cut;
}

/** Of two equal texts the first one in the file is kept. */
function toPlaces(patterns: Placed): Map<string, number> {
  return new Map(patterns.map(({ text, place }) => [text, place] as const).reverse());
}

function toTextsByLength(patterns: Placed): TextsByLength {
  const lengths = new Set(patterns.map(({ text }) => text.length));
  return { lengths: [...lengths].sort((a, b) => a - b), places: toPlaces(patterns) };
}

/** ASCII only, as strcasecmp in the C locale: a byte from 0x80 on is part of a letter. */
function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
