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

/** How many zombies stand under each name. */
export function countBy<Name>(
  zombies: readonly Zombie[],
  nameOf: (zombie: Zombie) => Name | undefined,
): Map<Name, number> {
  const counts = new Map<Name, number>();
  for (const zombie of zombies) {
    const name = nameOf(zombie);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
