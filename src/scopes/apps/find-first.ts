import type { PatternIndex, PlacedWildcard, TextsByLength } from './pattern-index.ts';
import { matchesWildcard } from './wildcard.ts';

/** What patterns are compared with. All of them byte strings. */
export interface Named {
  readonly comm: string;
  /** The comm, or what it was completed to. */
  readonly name: string;
  /** The comm, where it was cut and nobody knows from what. */
  readonly cut: string | undefined;
  /** The command line. */
  readonly text: string;
  /** See `Dialect.comparesBoth`. */
  readonly comparesBoth: boolean;
}

/** The place of the first pattern that matches; `Infinity` where none does. Takes some microseconds. */
export function findFirst(index: PatternIndex, named: Named): number {
  const comm = index.fold(named.comm);
  const name = index.fold(named.name);
  const place = Math.min(
    index.exact.get(comm) ?? Infinity,
    findAffix(index, name),
    named.comparesBoth && name !== comm ? findAffix(index, comm) : Infinity,
    named.cut === undefined ? Infinity : (index.cut.get(index.fold(named.cut)) ?? Infinity),
  );
  return findInText(index, name, named.text, place);
}

export function isAnyOf(index: PatternIndex, named: Named): boolean {
  return findFirst(index, named) < Infinity;
}

/** By the whole name, its begin or its end. */
function findAffix({ exact, prefix, suffix }: PatternIndex, name: string): number {
  return Math.min(
    exact.get(name) ?? Infinity,
    findPart(prefix, name, (length) => name.slice(0, length)),
    findPart(suffix, name, (length) => name.slice(name.length - length)),
  );
}

/** The place of the first text that is the part of `name` that `part` takes, for each length. */
export function findPart(
  { lengths, places }: TextsByLength,
  name: string,
  part: (length: number) => string,
): number {
  let first = Infinity;
  for (const length of lengths) {
    if (length > name.length) break;
    first = Math.min(first, places.get(part(length)) ?? Infinity);
  }
  return first;
}

/** Looks only for patterns before the place of another match, because a search of a long text costs most. */
function findInText(index: PatternIndex, name: string, text: string, before: number): number {
  const { firstSubstring, substring, wildcards, fold } = index;
  const hasSubstring = firstSubstring < before;
  if (!hasSubstring && !isBefore(wildcards, before)) return before;
  const folded = fold(text);
  const place = hasSubstring ? Math.min(before, substring.firstIn(folded)) : before;
  for (const { wildcard, place: at, isSubstring } of wildcards) {
    if (at > place) break;
    if (matchesWildcard(wildcard, isSubstring ? folded : name)) return at;
  }
  return place;
}

function isBefore(wildcards: readonly PlacedWildcard[], before: number): boolean {
  return (wildcards[0]?.place ?? Infinity) < before;
}
