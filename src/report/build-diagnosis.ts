import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { isAttached, type ToldPlan } from '../plan/plan.ts';
import { buildFailedExits, buildLifetimes, seesEndings } from './build-endings.ts';
import { toText } from './byte-text.ts';
import type { Report } from './report.ts';

const MOST_LISTED = 100;

/** Of the clock of /proc/PID/stat. @see kernel:include/asm-generic/param.h USER_HZ */
const TICKS_PER_SECOND = 100;

/** Who created most, how long processes lived, and who has zombies. */
export function buildDiagnosisReport(
  plan: ToldPlan,
  wants: { readonly apps: boolean; readonly cgroups: boolean },
  { forkers, programs, lifetimes, people, zombieParents }: Diagnosis,
): Report['diagnosis'] {
  const isCreateAttached = plan.events.some(
    ({ event }) => event === 'create' && isCounted(plan, event),
  );
  return {
    reason: findReason(plan, wants.apps || wants.cgroups),
    top_forkers:
      forkers === null || !isCreateAttached
        ? null
        : forkers.map(({ comm, cgroup, created, processes, busiest }) => ({
            comm: toText(comm),
            cgroup: toTextOrNull(cgroup),
            process_created: created.processes,
            thread_created: created.threads,
            processes,
            busiest: busiest.map((one) => ({
              pid: one.id,
              process_created: one.processes,
              thread_created: one.threads,
            })),
          })),
    programs:
      programs?.map(({ comm, cgroup, execs, exited, failures, parents }) => ({
        comm: toTextOrNull(comm),
        cgroup: toTextOrNull(cgroup),
        exec: isCounted(plan, 'exec') ? execs : null,
        process_exited: seesEndings(plan) ? exited : null,
        failed_exits: seesEndings(plan) ? buildFailedExits(failures) : null,
        parents: parents.map((one) => ({
          pid: one.id,
          exec: one.execs,
          failed_exits: one.failed,
        })),
      })) ?? null,
    lifetimes: lifetimes === null || !seesEndings(plan) ? null : buildLifetimes(lifetimes),
    people: people.map(({ id, comm, user, line, ancestors }) => ({
      pid: id,
      comm: toText(comm),
      user: toText(user),
      line: line.map(toText),
      ancestors: ancestors.map((one) => ({ pid: one.id, comm: toText(one.comm) })),
    })),
    zombie_parents:
      zombieParents?.slice(0, MOST_LISTED).map((parent) => ({
        pid: parent.id,
        comm: toTextOrNull(parent.comm),
        cgroup: toTextOrNull(parent.cgroup),
        zombies: parent.children,
        new_zombies: parent.newChildren,
        oldest_start_uptime: parent.oldestTicks / TICKS_PER_SECOND,
      })) ?? null,
  };
}

function isCounted(plan: ToldPlan, event: string): boolean {
  return plan.events.some((candidate) => candidate.event === event && isAttached(candidate));
}

/** Why something is absent; `null` where nothing is. */
function findReason(plan: ToldPlan, isWanted: boolean): string | null {
  if (plan.keying === null) {
    return isWanted ? plan.notes.join('; ') : 'neither app groups nor cgroups were asked for';
  }
  const wanted = plan.events.filter(({ event }) => event === 'create' || event === 'exec');
  const reasons = wanted.filter((event) => !isAttached(event)).map(({ reason }) => reason);
  if (reasons.length > 0) return reasons.join('; ');
  if (seesEndings(plan)) return null;
  return plan.keying.by === 'ids'
    ? "how long a process lived and how it ended is not known without the kernel's type information"
    : 'the exit probe does not know when a process ends';
}

function toTextOrNull(bytes: string | null): string | null {
  return bytes === null ? null : toText(bytes);
}
