import { CLEARED, type Half } from '../program/double-buffer.ts';
import type { Dump } from './dumps.ts';

/**
 * Turn a dump of one half into a dump without halves: counts are the sum of this half and what the other one held when
 * it was last printed, which is all that was counted until the flip; the task keys are those of this half alone, since
 * they were last cleared.
 */
export function joinHalves(dump: Dump, half: Half, other: Dump | undefined): Dump {
  const otherHalf = half === 'a' ? 'b' : 'a';
  const join = <T>(
    maps: ReadonlyMap<string, T>,
    others: ReadonlyMap<string, T>,
    add: (x: T, y: T) => T,
  ) => {
    const joined = new Map<string, T>();
    for (const [name, value] of [...others, ...maps]) {
      const map = withoutHalf(name);
      if (CLEARED.includes(map) && name.endsWith(`_${otherHalf}`)) continue;
      const known = joined.get(map);
      joined.set(map, known === undefined ? value : add(known, value));
    }
    return joined;
  };
  return {
    ...dump,
    scalars: join(dump.scalars, other?.scalars ?? new Map(), (x, y) => x + y),
    keyed: join(dump.keyed, other?.keyed ?? new Map(), addKeys),
    names: new Map([...dump.names].map(([name, entries]) => [withoutHalf(name), entries])),
  };
}

function withoutHalf(map: string): string {
  return map.replace(/_[ab]$/, '');
}

function addKeys(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const sum = new Map(a);
  for (const [key, count] of b) sum.set(key, (sum.get(key) ?? 0) + count);
  return sum;
}
