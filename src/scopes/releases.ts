/** A scope in which tasks ended that were not yet counted as released. */
export interface EndedTasks<Name> {
  readonly name: Name;
  /** Tasks that ended and were not counted as released. */
  readonly ended: number;
  /** Those of them that ended since the dump before. */
  readonly recent: number;
  /** Zombies of the scope that somebody saw in /proc. */
  readonly zombies: number;
}

/**
 * Say in which scopes tasks were released, from how many of all that ended still wait for it.
 *
 * Whose the waiting ones are follows from the zombies that were seen. What waits beside them has ended a moment ago: it is
 * taken for a task of the scope in which most ended. So all sums are right at every moment, and each scope a moment later.
 *
 * @param waiting - Tasks of all these scopes that ended and are not released.
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
