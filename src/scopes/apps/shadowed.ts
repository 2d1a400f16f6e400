import type { AppGroups } from './app-groups.ts';
import { type AppPattern, writePattern } from './app-pattern.ts';
import { findPart } from './find-first.ts';
import type { PatternIndex } from './pattern-index.ts';
import { showBytes } from './show-bytes.ts';

/** Netdata's own lists have these out of reach. Who copied such a list did not write them. */
const OF_NETDATA: ReadonlySet<string> = new Set(['nmbd', 'qemu-ga', 'xfsettingsd']);

/**
 * Say which patterns can never match, because an earlier one of another group matches all that they would. Takes some
 * microseconds for each pattern, however many there are.
 */
export function explainShadowed({
  patterns,
  index,
}: AppGroups): { line: number; sentence: string }[] {
  return patterns.flatMap((pattern, place) => {
    const first = findShadow(index, pattern);
    const by = first < place ? patterns[first] : undefined;
    if (by === undefined || by.group === pattern.group || OF_NETDATA.has(pattern.text)) return [];
    return [
      {
        line: pattern.line,
        sentence: `${showBytes(writePattern(pattern))} matches nothing, because ${showBytes(writePattern(by))} of line ${by.line} for group ${showBytes(by.group)} matches it first`,
      },
    ];
  });
}

/** The place of the first pattern that matches all that this one does, maybe its own; `Infinity` where that is not known. */
function findShadow(index: PatternIndex, { kind, text, isWildcard }: AppPattern): number {
  if (isWildcard) return Infinity;
  const name = index.fold(text);
  const begins = () => findPart(index.prefix, name, (length) => name.slice(0, length));
  const ends = () => findPart(index.suffix, name, (length) => name.slice(name.length - length));
  switch (kind) {
    case 'exact':
      return Math.min(index.exact.get(name) ?? Infinity, begins(), ends());
    case 'prefix':
      return begins();
    case 'suffix':
      return ends();
    case 'substring':
      return index.substring.firstIn(name);
  }
}
