import type { RefusalEvidence } from './refusals/refusal-watch.ts';
import type { Forkers, Lifetimes } from './top-forkers.ts';
import type { ZombieParent } from './zombie-parents.ts';

/** What lies behind the counts of a window. A value that can be written as JSON. */
export interface Diagnosis {
  readonly refusals: RefusalEvidence;
  /** Who created most, the first first; `null` where counts are not kept apart. */
  readonly forkers: readonly Forkers[] | null;
  readonly lifetimes: Lifetimes | null;
  readonly zombieParents: readonly ZombieParent[];
}
