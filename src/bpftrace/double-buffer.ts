import { CLEARED } from '../program/double-buffer.ts';
import type { Dump } from './dumps.ts';

/**
 * Turn a dump of one half into a dump of both: counts are the sum of this half and what the other one held when it was
 * last printed, which is all that was counted until the flip; what is cleared with every print is of this half alone.
 */
export function joinHalves(dump: Dump, other: Dump | undefined): Dump {
  if (other === undefined) return dump;
  const kept = [...other.keyed].filter(([map]) => !CLEARED.includes(map));
  return {
    ...dump,
    scalars: join(dump.scalars, other.scalars, (x, y) => x + y),
    keyed: join(dump.keyed, kept, (x, y) => join(x, y, (a, b) => a + b)),
  };
}

function join<T>(
  maps: ReadonlyMap<string, T>,
  others: Iterable<readonly [string, T]>,
  add: (x: T, y: T) => T,
): Map<string, T> {
  const joined = new Map(maps);
  for (const [key, value] of others) {
    const known = joined.get(key);
    joined.set(key, known === undefined ? value : add(known, value));
  }
  return joined;
}
