import { COMM_BYTES } from '../apps/pattern-index.ts';
import { matchesWildcard, toWildcard } from '../apps/wildcard.ts';
import type { ResolvedCgroup } from '../cgroups/resolved-cgroup.ts';

/** What a view is narrowed to: whatever is given must hold of a task. A value that can be written as JSON. */
export interface Wanted {
  /** A byte string: the path of a cgroup, or the name of a unit or container; what is below belongs to it. */
  readonly cgroup?: string | undefined;
  /** The real user of a task. */
  readonly user?: { readonly name: string; readonly id: number } | undefined;
  /** A byte string: the name of a task, in which each asterisk stands for any text. */
  readonly comm?: string | undefined;
  /** A process, with what descends from it. */
  readonly pid?: number | undefined;
}

/**
 * Whether a cgroup is the one that is wanted, or below it.
 *
 * @param wanted - A path that begins with a slash, or a name: of any part of the path, or as a container is called.
 * @param paths - Those of the cgroup that are known: in version 2, and that under which it is counted.
 * @param place - How it is counted; `undefined` where that is not known.
 */
export function isInCgroup(
  wanted: string,
  paths: readonly (string | null | undefined)[],
  place?: Pick<ResolvedCgroup, 'kind' | 'name'>,
): boolean {
  if (wanted.startsWith('/')) {
    const prefix = wanted.replace(/\/+$/, '');
    return paths.some((path) => path === (prefix || '/') || path?.startsWith(`${prefix}/`));
  }
  if (wanted === (place?.kind === 'root' ? 'root' : place?.name)) return true;
  return paths.some((path) => path?.split('/').includes(wanted));
}

/** Makes a test of names. The kernel keeps 15 bytes of a name. */
export function buildCommTest(wanted: string): (comm: string) => boolean {
  const wildcard = toWildcard(wanted.includes('*') ? wanted : wanted.slice(0, COMM_BYTES));
  return (comm) => matchesWildcard(wildcard, comm);
}
