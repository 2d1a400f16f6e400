import type { Loss } from '../bpftrace/supervisor.ts';
import type { Totals } from '../counters/totals.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { CommandState } from '../scopes/command/scope.ts';
import type { NarrowedState } from '../scopes/narrow/narrowed-scopes.ts';
import type { ScopesState } from '../scopes/state.ts';

/**
 * All that is known after one dump. A value: it never changes, and written as JSON it reads back as the same.
 * Counters are since the start of the session; names and paths are byte strings.
 */
export interface Snapshot {
  /** Wall clock time at which the dump was cut, in milliseconds since 1970. */
  readonly wallMs: number;
  readonly totals: Totals;
  /** `null` where counts are not kept apart. */
  readonly scopes: ScopesState | null;
  /** Absent where the view is not narrowed. */
  readonly narrowed?: NarrowedState;
  /** `null` without a command, or where counts are not kept apart. */
  readonly command: CommandState | null;
  /** What may be missing from the counts, since the start. */
  readonly loss: Loss;
  /** Of the window that this snapshot closes; `null` in all other snapshots. */
  readonly diagnosis: Diagnosis | null;
}

/** Two snapshots and what lies between. */
export interface Window {
  readonly open: Snapshot;
  readonly close: Snapshot;
}
