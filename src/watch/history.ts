import type { Metric, Point } from './update.ts';

/** The intervals of the last minutes, the oldest first. */
export interface History {
  readonly points: readonly Point[];
  /** How many have been forgotten: what is drawn of the others does not jump when one is. */
  readonly forgotten: number;
}

export const NO_HISTORY: History = { points: [], forgotten: 0 };

/** What is drawn covers so much time. */
const HISTORY_SECONDS = 300;

/** Of short intervals not all of these minutes are kept. */
const MOST_POINTS = 600;

/** Add an interval, and forget those that are too old. */
export function remember({ points, forgotten }: History, point: Point): History {
  const kept = [...points, point];
  const excess = Math.max(0, kept.length - MOST_POINTS);
  return { points: kept.slice(excess), forgotten: forgotten + excess };
}

/**
 * Events a second over the last minutes.
 *
 * @param intervalSeconds - From one point to the next.
 * @param most - At most so many values; each is that of one interval, or the highest of several.
 * @returns The oldest first; `null` where it is not counted.
 */
export function listRates(
  { points, forgotten }: History,
  metric: Metric,
  intervalSeconds: number,
  most: number,
): (number | null)[] {
  const intervals = Math.min(MOST_POINTS, HISTORY_SECONDS / intervalSeconds);
  const each = Math.max(1, Math.ceil(intervals / Math.max(1, most)));
  const rates = new Map<number, number | null>();
  points.forEach((point, i) => {
    const group = Math.floor((forgotten + i) / each);
    const rate = rateOf(point, metric);
    const known = rates.get(group);
    rates.set(group, known == null || rate === null ? rate : Math.max(known, rate));
  });
  return [...rates.values()].slice(-most);
}

/** Events a second in one interval; `null` where they are not counted. */
export function rateOf({ counts, seconds }: Point, metric: Metric): number | null {
  const count = counts[metric];
  return count === null || seconds <= 0 ? null : count / seconds;
}
