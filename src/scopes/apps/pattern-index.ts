import type { AppPattern } from './app-pattern.ts';

/** Bytes of a task's name that the kernel keeps, without the NUL (kernel: include/linux/sched.h, TASK_COMM_LEN). */
export const COMM_BYTES = 15;

/** Patterns by kind, laid out for a fast look-up. A place is a pattern's index in the order of the file. */
export interface PatternIndex {
  readonly exact: ReadonlyMap<string, number>;
  readonly prefix: TextsByLength;
  readonly suffix: TextsByLength;
  /** Exact and prefix patterns longer than a comm, by their first 15 bytes; the first in the file of several. */
  readonly cut: ReadonlyMap<string, number>;
  /** In the order of the file. */
  readonly substring: readonly { readonly text: string; readonly place: number }[];
}

/** Patterns by text. A name is looked up once for each length that a pattern has: about ten times, however many patterns. */
export interface TextsByLength {
  /** Ascending, each once. */
  readonly lengths: readonly number[];
  readonly places: ReadonlyMap<string, number>;
}

export function buildPatternIndex(patterns: readonly AppPattern[]): PatternIndex {
  const placed = patterns.map(({ kind, text }, place) => ({ kind, text, place }));
  const ofKind = (kind: AppPattern['kind']) => placed.filter((pattern) => pattern.kind === kind);
  const cut = new Map<string, number>();
  for (const { kind, text, place } of placed) {
    if (text.length <= COMM_BYTES || (kind !== 'exact' && kind !== 'prefix')) continue;
    const begin = text.slice(0, COMM_BYTES);
    if (!cut.has(begin)) cut.set(begin, place);
  }
  return {
    exact: toPlaces(ofKind('exact')),
    prefix: toTextsByLength(ofKind('prefix')),
    suffix: toTextsByLength(ofKind('suffix')),
    cut,
    substring: ofKind('substring'),
  };
}

type Placed = PatternIndex['substring'];

/** Of two equal texts the first one in the file is kept. */
function toPlaces(patterns: Placed): Map<string, number> {
  return new Map(patterns.map(({ text, place }) => [text, place] as const).reverse());
}

function toTextsByLength(patterns: Placed): TextsByLength {
  const lengths = new Set(patterns.map(({ text }) => text.length));
  return { lengths: [...lengths].sort((a, b) => a - b), places: toPlaces(patterns) };
}
