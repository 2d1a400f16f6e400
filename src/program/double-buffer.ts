import { branch, type Lines } from './text.ts';

/** `a` or `b`: the maps of a keyed program come in two halves, of which one is counted in while the other is read. */
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

/** Maps that are cleared with every print, so that they hold what happened since, and are not printed while empty. */
export const CLEARED: readonly string[] = [KEYS, PARENTS, COMMS, CGROUPS];

/** The same statements for each half, of which those run that are of `$half`, which was read from `@half`. */
export function inActiveHalf(statements: (half: Half) => Lines): string[] {
  return branch('$half == 0', statements('a'), statements('b'));
}
