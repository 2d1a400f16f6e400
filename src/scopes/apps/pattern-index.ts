import type { AppPattern } from './app-pattern.ts';

/** The kernel keeps that many bytes of a task's name, and a NUL (kernel: include/linux/sched.h, TASK_COMM_LEN). */
export const COMM_BYTES = 15;

/** Patterns by what finds them fast. A place is a pattern's index in the order of the file. */
export interface PatternIndex {
  readonly exact: ReadonlyMap<string, number>;
  readonly prefix: TextsByLength;
  readonly suffix: TextsByLength;
  /** Exact and prefix patterns longer than a comm, by their first 15 bytes; of several the first in the file. */
  readonly cut: ReadonlyMap<string, number>;
  /** In the order of the file. */
  readonly substring: readonly { readonly text: string; readonly place: number }[];
}

/** A name is looked up by its begin or end of each length that a pattern has: some ten look-ups, however many patterns. */
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

/** The first of the file stays, should two be alike. */
function toPlaces(patterns: Placed): Map<string, number> {
  return new Map(patterns.map(({ text, place }) => [text, place] as const).reverse());
}

function toTextsByLength(patterns: Placed): TextsByLength {
  const lengths = new Set(patterns.map(({ text }) => text.length));
  return { lengths: [...lengths].sort((a, b) => a - b), places: toPlaces(patterns) };
}
