import { countExited } from './counters.ts';
import type { Totals } from './totals.ts';

/**
 * A second audit, over a window: each task that exited was released, or is a zombie. The three numbers come from three
 * sources: the probes, the kernel's count of tasks, and the states in /proc.
 */
export interface Balance {
  /** Tasks that exited, and those that the kernel says it missed; `null` where absent. */
  readonly exited: number | null;
  /** `null` where absent. */
  readonly released: number | null;
  /** Growth of the zombies in /proc; `null` where nobody looked. */
  readonly zombies: number | null;
  /** `exited` - `released` - `zombies`; 0 where they agree, `null` where one of them is absent. */
  readonly difference: number | null;
}

/** Compare the three over the window from some totals to later ones. */
export function buildBalance(open: Totals, close: Totals): Balance {
  const exited = growth(exitedUntil(open), exitedUntil(close));
  const released = growth(open.counters.released, close.counters.released);
  const zombies = growth(open.kernel?.zombies ?? null, close.kernel?.zombies ?? null);
  const difference =
    exited === null || released === null || zombies === null ? null : exited - released - zombies;
  return { exited, released, zombies, difference };
}

function growth(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from;
}

function exitedUntil({ counters, missed }: Totals): number | null {
  const exited = countExited(counters);
  return exited === null ? null : exited + missed.exit;
}
