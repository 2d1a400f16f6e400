import type { Dump } from './dumps.ts';
import type { TaskBounds } from './task-bounds.ts';

/** A dump, and what was read in the moment in which it was complete. */
export interface Sample {
  readonly dump: Dump;
  /** Number of the bpftrace that printed it, from 0. The maps of each run start empty. */
  readonly run: number;
  /** Events that the kernel missed, by attach point, since attach; `undefined` where that cannot be read. */
  readonly misses: ReadonlyMap<string, number> | undefined;
  /** The kernel's own numbers of tasks when the dump was cut; `undefined` where they cannot be read. */
  readonly tasks: TaskBounds | undefined;
}
