import type { BlameObservation } from '../diagnosis/observation.ts';
import { isAttached, type Plan } from '../plan/plan.ts';
import { toText } from './byte-text.ts';
import type { Report } from './report.ts';

type Blame = Report['blame'];

const MOST_LISTED = 100;

export function buildBlame(
  plan: Plan,
  wants: { readonly apps: boolean; readonly cgroups: boolean },
  { storm, pathOf, unreaping }: BlameObservation,
): Blame {
  const isCreateAttached = plan.events.some(
    (event) => event.event === 'create' && isAttached(event),
  );
  return {
    reason: findReason(plan, wants.apps || wants.cgroups),
    forkers:
      storm === undefined || !isCreateAttached
        ? null
        : storm.forkers.slice(0, MOST_LISTED).map(({ comm, cgroup, created, ...forkers }) => ({
            comm: toText(comm),
            cgroup: toTextOrNull(pathOf(cgroup)),
            process_created: created.processes,
            thread_created: created.threads,
            parents: forkers.processes ?? null,
            busiest: forkers.busiest.map(({ id, processes, threads }) => ({
              pid: id,
              process_created: processes,
              thread_created: threads,
            })),
          })),
    short_lived:
      storm === undefined || !seesAges(plan)
        ? null
        : { ended: storm.lifetimes.ended, under_100_ms: storm.lifetimes.shortLived },
    unreaped: unreaping.slice(0, MOST_LISTED).map((parent) => ({
      pid: parent.id,
      comm: toTextOrNull(parent.comm),
      cgroup: toTextOrNull(parent.cgroup),
      children: parent.children,
      ended_in_window: parent.newChildren,
    })),
  };
}

/** Why something is absent; `null` where nothing is. */
function findReason(plan: Plan, isWanted: boolean): string | null {
  if (plan.keying === null) {
    return isWanted
      ? plan.notes.join('; ')
      : 'neither app groups nor cgroups were asked for: events are counted without their tasks';
  }
  const absent = plan.events.filter(({ event }) => event === 'create' || event === 'exit');
  const reasons = absent.filter((event) => !isAttached(event)).map(({ reason }) => reason);
  if (reasons.length > 0) return reasons.join('; ');
  if (seesAges(plan)) return null;
  return plan.keying.by === 'ids'
    ? "how long a process lived cannot be told without the kernel's type information"
    : 'the exit event cannot tell when a process ends';
}

/** The program can read when a task started, and counts the end of a process, not that of its first thread. */
function seesAges(plan: Plan): boolean {
  if (plan.keying?.by !== 'types') return false;
  return plan.events.some((event) => isAttached(event) && event.maps.includes('process_exited'));
}

function toTextOrNull(bytes: string | undefined): string | null {
  return bytes === undefined ? null : toText(bytes);
}
