import type { Counters } from '../counters/counters.ts';
import type { CgroupState, ScopesState } from '../scopes/state.ts';
import { buildCountersReport } from './build-counters.ts';
import { toText } from './byte-text.ts';
import type { Report } from './report.ts';

type Scope = NonNullable<Report['apps']>[number];

/** Why the counts of a cgroup are approximate. */
const BY_PROC =
  'the kernel tells the cgroup of version 2 alone: tasks of version 1 count where /proc says that they are, one that is gone where its parent is, and else in the root';

/** The parts of a report about app groups, cgroups and services. */
export type ScopesReport = Pick<
  Report,
  'apps' | 'cgroups' | 'services' | 'dropped' | 'unattributed'
>;

/**
 * Turn the scopes of a window into these parts. For each counter, the scopes of one kind with `dropped` and `unattributed`
 * add up to the system.
 *
 * @param scopes - `null` where counts are not kept apart.
 */
export function buildScopes(
  wants: { readonly apps: boolean; readonly cgroups: boolean },
  scopes: ScopesState | null,
): ScopesReport {
  if (scopes === null) {
    return { apps: null, cgroups: null, services: null, dropped: null, unattributed: null };
  }
  const ofKind = (isService: boolean) =>
    scopes.cgroups
      .filter(({ kind }) => (kind === 'service') === isService)
      .map(buildPlace)
      .sort(byActivity);
  return {
    apps: wants.apps ? buildScopeList(scopes.apps) : null,
    cgroups: wants.cgroups ? ofKind(false) : null,
    services: wants.cgroups ? ofKind(true) : null,
    dropped: buildCountersReport(scopes.dropped),
    unattributed: buildCountersReport(scopes.unattributed),
  };
}

/** Scopes by name, the busiest first. */
export function buildScopeList(
  scopes: readonly { readonly name: string; readonly counters: Counters }[],
): Scope[] {
  return scopes
    .map(({ name, counters }) => ({ name: toText(name), ...buildCountersReport(counters) }))
    .sort(byActivity);
}

function buildPlace({ kind, name, path, isApproximate, counters }: CgroupState) {
  return {
    name: toText(kind === 'root' ? 'root' : name),
    ...buildCountersReport(counters),
    path: toText(path),
    approximate: isApproximate ? BY_PROC : null,
  };
}

/** The one with most events comes first; names decide between equals. */
function byActivity(a: Scope, b: Scope): number {
  return activityOf(b) - activityOf(a) || (a.name < b.name ? -1 : 1);
}

function activityOf(scope: Report['system']): number {
  const { process_created, thread_created, exec, process_exited, thread_exited, errors } = scope;
  const counts = [
    process_created,
    thread_created,
    exec,
    process_exited,
    thread_exited,
    errors?.total,
  ];
  return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}
