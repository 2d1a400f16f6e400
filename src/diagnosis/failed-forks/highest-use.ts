import type { CallerLimit } from './caller-limits.ts';

/** The limits as they are now, each with the highest use that was read. */
export function keepHighest(
  before: readonly CallerLimit[],
  now: readonly CallerLimit[],
): readonly CallerLimit[] {
  const isSame = (a: CallerLimit) => (b: CallerLimit) => a.cause === b.cause && a.name === b.name;
  const joined = now.map((limit) => {
    const earlier = before.find(isSame(limit))?.used ?? null;
    return earlier !== null && earlier > (limit.used ?? 0) ? { ...limit, used: earlier } : limit;
  });
  return [...joined, ...before.filter((limit) => !now.some(isSame(limit)))];
}
