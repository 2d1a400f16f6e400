import type { UnreapingParent } from '../procfs/zombies.ts';
import type { TopForkers } from './top-forkers.ts';

/** What was seen of who made a storm. */
export interface BlameObservation {
  /** `undefined` where counts are not kept apart. */
  readonly storm: TopForkers | undefined;
  /** The path of a cgroup v2 by its id, a byte string. */
  readonly pathOf: (cgroup: string) => string | undefined;
  readonly unreaping: readonly UnreapingParent[];
}
