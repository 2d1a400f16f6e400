import type { TaskKey } from '../program/key/parse.ts';

/** Some ended tasks of one kind. */
export interface EndedKind {
  readonly key: TaskKey;
  /** They are of several processes, of which the key names one. */
  readonly isMixed: boolean;
  readonly count: number;
}

/** A task that has ended and still exists. */
interface Existing {
  readonly id: number;
  readonly parent: number;
  readonly comm: string;
}

/**
 * What is left of ended tasks when each task that still exists stands for one of them: of its process and comm, else of its
 * comm, where nothing is known of processes (its parent may have changed), else of its process.
 *
 * @returns The kinds of which any are left, with how many these are.
 */
export function withoutExisting<Kind extends EndedKind>(
  kinds: readonly Kind[],
  existing: readonly Existing[],
): Kind[] {
  const left = kinds.map(({ count }) => count);
  const places = new Map<string, number[]>();
  kinds.forEach((kind, i) => {
    for (const name of namesOf(kind)) {
      const known = places.get(name);
      if (known === undefined) places.set(name, [i]);
      else known.push(i);
    }
  });
  for (const { id, parent, comm } of existing) {
    const own = [`${id} ${comm}`, `child of ${parent} ${comm}`, `any ${comm}`, `${id}`]
      .flatMap((name) => places.get(name)?.find((i) => (left[i] ?? 0) > 0) ?? [])
      .at(0);
    if (own !== undefined) left[own] = (left[own] ?? 0) - 1;
  }
  return kinds.flatMap((kind, i) => {
    const count = left[i] ?? 0;
    return count > 0 ? [{ ...kind, count }] : [];
  });
}

function namesOf({ key: { id, parent, comm }, isMixed }: EndedKind): string[] {
  return id === 0 || isMixed
    ? [`child of ${parent} ${comm}`, `any ${comm}`]
    : [`${id} ${comm}`, `${id}`];
}
