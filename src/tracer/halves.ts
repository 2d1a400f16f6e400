import type { Frame } from './frames.ts';
import type { Half } from './lines.ts';

/** The map whose keys are cleared with each print; see probes/frame.halves.bt. */
export const KEYS = 'keys';

/**
 * Turn a frame of one half into a frame without halves: counts are the sum of this half and what the other one held when
 * it was last printed, which is all that was counted until the flip; the task keys are those of this half alone, since
 * they were last cleared.
 */
export function joinHalves(frame: Frame, half: Half, other: Frame | undefined): Frame {
  const otherHalf = half === 'a' ? 'b' : 'a';
  const join = <T>(
    maps: ReadonlyMap<string, T>,
    others: ReadonlyMap<string, T>,
    add: (x: T, y: T) => T,
  ) => {
    const joined = new Map<string, T>();
    for (const [name, value] of [...others, ...maps]) {
      const map = name.replace(/_[ab]$/, '');
      if (map === KEYS && name.endsWith(`_${otherHalf}`)) continue;
      const known = joined.get(map);
      joined.set(map, known === undefined ? value : add(known, value));
    }
    return joined;
  };
  return {
    ...frame,
    scalars: join(frame.scalars, other?.scalars ?? new Map(), (x, y) => x + y),
    keyed: join(frame.keyed, other?.keyed ?? new Map(), addKeys),
  };
}

function addKeys(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const sum = new Map(a);
  for (const [key, count] of b) sum.set(key, (sum.get(key) ?? 0) + count);
  return sum;
}
