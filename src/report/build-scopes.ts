import { buildScopeCounters, type Counters } from '../counters/counters.ts';
import type { MapCounts } from '../counters/map-counts.ts';
import type { Plan } from '../plan/plan.ts';
import type { Attributor } from '../scopes/attributor.ts';
import { buildCountersReport } from './build-counters.ts';
import { toText } from './byte-text.ts';
import type { Report } from './report.ts';

type Scope = NonNullable<Report['apps']>[number];

/** The parts of a report that say who did it. For each counter, the scopes of one kind and `unattributed` add up to the system. */
export type ScopesReport = Pick<Report, 'apps' | 'cgroups' | 'services' | 'unattributed'>;

/**
 * Turn what was attributed into the parts of a report.
 *
 * @param skipped - Execs and releases that the kernel skipped and that are in the system's counters.
 */
export function buildScopes(
  plan: Plan,
  wants: { readonly apps: boolean; readonly cgroups: boolean },
  attributor: Attributor | undefined,
  skipped: { readonly exec: number; readonly released: number },
): ScopesReport {
  if (attributor === undefined) {
    return { apps: null, cgroups: null, services: null, unattributed: null };
  }
  const places = [...attributor.cgroups.entries].map(([key, counts]) => {
    const { kind = 'unresolved', path = '', name = key } = attributor.cgroups.places.get(key) ?? {};
    return {
      kind,
      report: { ...buildScope(plan, kind === 'root' ? 'root' : name, counts), path: toText(path) },
    };
  });
  const ofKind = (isService: boolean) =>
    places
      .filter(({ kind }) => (kind === 'service') === isService)
      .map(({ report }) => report)
      .sort(byActivity);
  return {
    apps: wants.apps ? buildScopeList(plan, attributor.apps.entries) : null,
    cgroups: wants.cgroups ? ofKind(false) : null,
    services: wants.cgroups ? ofKind(true) : null,
    unattributed: {
      overflow: buildCountersReport(buildScopeCounters(plan, attributor.overflow)),
      unknown: buildCountersReport(
        addSkipped(buildScopeCounters(plan, attributor.unknown), {
          ...skipped,
          released: skipped.released - attributor.foundReleases,
        }),
      ),
    },
  };
}

/** Scopes by name, the busiest first. */
export function buildScopeList(plan: Plan, entries: ReadonlyMap<string, MapCounts>): Scope[] {
  return [...entries].map(([name, counts]) => buildScope(plan, name, counts)).sort(byActivity);
}

function buildScope(plan: Plan, name: string, counts: MapCounts): Scope {
  return { name: toText(name), ...buildCountersReport(buildScopeCounters(plan, counts)) };
}

function addSkipped(counters: Counters, skipped: { exec: number; released: number }): Counters {
  return {
    ...counters,
    exec: counters.exec === null ? null : counters.exec + skipped.exec,
    released: counters.released === null ? null : counters.released + skipped.released,
  };
}

/** The one with more tasks created, executed and ended comes first; names decide between equals. */
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
