import type { Range } from '../procfs/tasks.ts';
import { countCreated, minus } from './counters.ts';
import type { Totals } from './totals.ts';

/** Our count of created tasks compared with the kernel's own, over a window. */
export interface Audit {
  /** Created tasks that were counted or missed; `null` where absent. */
  readonly created: number | null;
  /** Growth of `processes` in /proc/stat, at least and at most; `null` where it cannot be read. */
  readonly forks: Range | null;
  /**
   * How far the two agree, in percent: 100 where the count lies within `forks`. `null` where nothing could be checked:
   * one of them is absent, or `forks` is so wide that a count that is wrong by half would pass.
   */
  readonly completeness: number | null;
}

/** Compare the two counts over the window from some totals to later ones. */
export function buildAudit(open: Totals, close: Totals): Audit {
  const created = minus(createdUntil(close), createdUntil(open));
  if (open.kernel === null || close.kernel === null) {
    return { created, forks: null, completeness: null };
  }
  const forks = {
    low: Math.max(0, close.kernel.created.low - open.kernel.created.high),
    high: Math.max(0, close.kernel.created.high - open.kernel.created.low),
  };
  return { created, forks, completeness: created === null ? null : compare(created, forks) };
}

function compare(created: number, { low, high }: Range): number | null {
  if (created < low) return (created / low) * 100;
  if (created > high) return (high / created) * 100;
  return high - low > high / 2 ? null : 100;
}

function createdUntil({ counters, missed }: Totals): number | null {
  const created = countCreated(counters);
  return created === null ? null : created + missed.create;
}
