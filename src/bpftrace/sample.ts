import type { Dump } from './dumps.ts';
import type { TaskBounds } from './task-bounds.ts';

/** A dump with what was read beside it the moment it was complete. */
export interface Sample {
  readonly dump: Dump;
  /** Which bpftrace it is of, from 0 on; the maps of each start at 0. */
  readonly run: number;
  /** Events that the kernel missed, by attach point, since attach; `undefined` where that cannot be read. */
  readonly misses: ReadonlyMap<string, number> | undefined;
  /** The kernel's own numbers of tasks when the dump was cut; `undefined` where they cannot be read. */
  readonly tasks: TaskBounds | undefined;
}
