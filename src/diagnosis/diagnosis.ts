import type { FailedForkEvidence } from './failed-forks/evidence.ts';
import type { NearLimits } from './near-limits/near-limits.ts';
import type { Person } from './people.ts';
import type { Lifetimes, ProgramCounts } from './programs.ts';
import type { Timeline } from './timeline.ts';
import type { Forkers } from './top-forkers.ts';
import type { ZombieParent } from './zombie-parents.ts';

/** What was found out about a window besides its counts. A value that can be written as JSON. */
export interface Diagnosis {
  /** Why forks failed. */
  readonly failedForks: FailedForkEvidence;
  /** Who created most, the busiest first; `null` where counts are not kept apart. */
  readonly forkers: readonly Forkers[] | null;
  /** Those that failed most and those that were executed most; `null` where counts are not kept apart. */
  readonly programs: readonly ProgramCounts[] | null;
  readonly lifetimes: Lifetimes | null;
  /** `null` where counts are not kept apart, and of a part of a window. */
  readonly timeline: Timeline | null;
  /** We are in a pid namespace: the ids of processes here are the kernel's, and not those by which we know them. */
  readonly isInside?: boolean;
  /** Limits on tasks that may soon be reached. */
  readonly nearLimits: NearLimits;
  /** Of those who stand in this diagnosis, who was met alive. */
  readonly people: readonly Person[];
  /** `null` where the zombies of the machine cannot be seen. */
  readonly zombieParents: readonly ZombieParent[] | null;
}
