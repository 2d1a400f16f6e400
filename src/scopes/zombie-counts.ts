import type { Zombie } from '../procfs/zombies.ts';

/** What somebody saw of the zombies of this machine, held against those that there were at the start. */
export interface ZombieReading {
  /** Those that were not there at the start; `undefined` where nobody looked for them. */
  readonly fresh: readonly Zombie[] | undefined;
  /** How many of those of the start are gone. */
  readonly reaped: number;
}

/** Zombies that there are more than at the start; `null` where nobody looked for them. */
export function countZombieGrowth({ fresh, reaped }: ZombieReading): number | null {
  return fresh === undefined ? null : fresh.length - reaped;
}
