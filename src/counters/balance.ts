import { minus, plus } from './counters.ts';
import { countEnded, type Totals } from './totals.ts';

/**
 * A second audit, over a window: each task that exited was released, or is a zombie. The three numbers come from three
 * sources: the probes, the kernel's count of tasks, and the states in /proc.
 */
export interface Balance {
  /** Exited tasks that were counted or missed; `null` where absent. */
  readonly exited: number | null;
  /** `null` where absent. */
  readonly released: number | null;
  /** Growth of the zombies in /proc; `null` where nobody looked. */
  readonly zombies: number | null;
  /** `exited` - `released` - `zombies`; 0 where they agree, `null` where one of them is absent. */
  readonly difference: number | null;
  /**
   * The difference that says nothing: how uncertain the kernel's number is at both edges, because it was read just before
   * and just after them. `null` where it cannot be read.
   */
  readonly edge: number | null;
}

/** Whether the three numbers agree within the edge; `null` where nothing could be checked. */
export function isBalanced({ difference, edge }: Balance): boolean | null {
  return difference === null || edge === null ? null : Math.abs(difference) <= edge;
}

/** Compare the three numbers over the window from some totals to later ones. */
export function buildBalance(open: Totals, close: Totals): Balance {
  const exited = minus(countEnded(close), countEnded(open));
  const released = minus(close.counters.released, open.counters.released);
  const zombies = minus(close.kernel?.zombies ?? null, open.kernel?.zombies ?? null);
  const difference = minus(minus(exited, released), zombies);
  return { exited, released, zombies, difference, edge: plus(widthOf(open), widthOf(close)) };
}

function widthOf({ kernel }: Totals): number | null {
  return kernel === null ? null : kernel.released.high - kernel.released.low;
}
