import { CLEARED } from '../program/double-buffer.ts';
import type { Dump } from './dumps.ts';

/**
 * Turn the dump of one half into that of both. Totals are added to those of the other half as they were last printed: the
 * other half became active only then, so that the sum is all that was counted before this dump was cut. Maps that are cleared
 * after each print are taken from this half alone.
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
