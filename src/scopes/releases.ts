/** A scope in which tasks have ended that are not counted as released. */
export interface EndedTasks<Name> {
  readonly name: Name;
  /** Tasks that have ended and are not counted as released. */
  readonly ended: number;
  /** Those of them that ended since the dump before. */
  readonly recent: number;
  /** Known zombies of the scope. */
  readonly zombies: number;
}

/**
 * Decide how many tasks were released in each scope: all that have ended, except `waiting` of them.
 *
 * The tasks that wait are first the known zombies. The others have ended a moment ago, and are taken to be of the scopes in
 * which most tasks have just ended. So the sum is always right, and a scope may be wrong by these few until the next dump.
 *
 * @param waiting - Tasks of all these scopes together that have ended and are not released.
 * @returns Released tasks by scope; those without any are left out.
 */
export function shareReleases<Name>(
  scopes: readonly EndedTasks<Name>[],
  waiting: number,
): Map<Name, number> {
  const kept = scopes.map(() => 0);
  let left = waiting;
  const keep = (i: number, most: number) => {
    const count = Math.max(0, Math.min(left, most));
    kept[i] = (kept[i] ?? 0) + count;
    left -= count;
  };
  scopes.forEach(({ ended, zombies }, i) => {
    keep(i, Math.min(ended, zombies));
  });
  const byRecent = scopes
    .map(({ recent }, i) => ({ recent, i }))
    .sort((a, b) => b.recent - a.recent);
  for (const { recent, i } of byRecent) {
    keep(i, Math.min(recent, (scopes[i]?.ended ?? 0) - (kept[i] ?? 0)));
  }
  for (const { i } of byRecent) keep(i, (scopes[i]?.ended ?? 0) - (kept[i] ?? 0));
  return new Map(
    scopes.flatMap(({ name, ended }, i) => {
      const released = ended - (kept[i] ?? 0);
      return released > 0 ? [[name, released] as const] : [];
    }),
  );
}
