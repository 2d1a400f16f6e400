import type { Zombie } from '../procfs/zombies.ts';
import type { TaskKey } from '../program/key/parse.ts';

/** The zombies of this machine compared with those at the start of the session. */
export interface ZombieChange {
  /** Zombies that are new since then; `undefined` where nobody has looked for them. */
  readonly fresh: readonly Zombie[] | undefined;
  /** How many zombies of the start are gone. */
  readonly reaped: number;
}

/** Growth of the zombies since the start; `null` where nobody has looked for new ones. */
export function countZombieGrowth({ fresh, reaped }: ZombieChange): number | null {
  return fresh === undefined ? null : fresh.length - reaped;
}

/** The zombie as the subject of an event, so that it can be attributed as an event would be. */
export function toTaskKey({ id, parent, comm }: Zombie): TaskKey {
  return {
    id,
    parent,
    comm,
    cgroup: '',
    isOwn: false,
    isOfUser: false,
    counter: '',
    index: 0,
    pidMax: 0,
  };
}
