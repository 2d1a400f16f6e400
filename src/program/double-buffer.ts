import { branch, type Lines } from './text.ts';

/** `a` or `b`: a keyed program has every map twice, and counts in one half while the other one is read. */
export type Half = 'a' | 'b';

export const HALVES: readonly Half[] = ['a', 'b'];

/** The map of all keyed counts. */
export const KEYS = 'keys';

/** Whose child a new process is, by its id; filled where the program cannot read the task itself. */
export const PARENTS = 'parents';

/** What a process is called, by its id; filled where the program cannot read the task itself. */
export const COMMS = 'comms';

/** Cgroups that were made and removed; see `cgroups.ts`. */
export const CGROUPS = 'cgroups';

/** What a watched command did, by counter and index: a table that is full has room for it. */
export const OWN = 'own';

/** Maps that are cleared after each print: they hold what happened since, and are not printed while empty. */
export const CLEARED: readonly string[] = [KEYS, PARENTS, COMMS, CGROUPS, OWN];

/** Statements for both halves, of which those for the active one run: `$half`, which was read from `@half`. */
export function inActiveHalf(statements: (half: Half) => Lines): string[] {
  return branch('$half == 0', statements('a'), statements('b'));
}
