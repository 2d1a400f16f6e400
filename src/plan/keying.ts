import { type HostFacts, isAtLeast } from '../host/facts.ts';
import type { Settings } from '../settings/settings.ts';
import { wantsKeys } from './candidate.ts';
import { chooseCgroupEvents } from './cgroup-events.ts';
import { type EventPlan, isAttached, type Keying } from './plan.ts';
import { describeMissingTypes, lacksArguments } from './unavailable.ts';

/** How counts are kept apart by task and cgroup on a machine, and what of it is not as it could be. */
export interface KeyingPlan {
  readonly keying: Keying | null;
  readonly notes: readonly string[];
}

/** Decide how counts are kept apart by task and cgroup on this machine; not at all where nobody asks for it. */
export function planKeying(
  events: readonly EventPlan[],
  facts: HostFacts,
  settings: Settings,
): KeyingPlan {
  const commOffset = facts.taskStruct.get('comm');
  const doubt = commOffset === undefined ? lacksTaskStruct(facts) : undefined;
  if (!wantsKeys(settings)) return { keying: null, notes: doubt === undefined ? [] : [doubt] };
  const release = events.filter(isAttached).find(({ event }) => event === 'release')?.family;
  const cgroupEvents = null;
  if (commOffset === undefined) {
    const keying = {
      by: 'ids' as const,
      cgroupEvents,
      remembersEnding: release !== undefined,
      remembersBy: release === 'kprobe' ? ('curtask' as const) : ('tid' as const),
    };
    const reason = lacksArguments(facts);
    if (reason !== undefined) {
      return {
        keying: null,
        notes: [`counts are not kept apart by app group and cgroup, because ${reason}`],
      };
    }
    return withCgroupEvents(facts, settings, {
      keying,
      notes: [
        `every process takes a place of its own in the tables, and counts under the last name that it had between two readings, because ${doubt}`,
      ],
    });
  }
  const keying = {
    by: 'types' as const,
    commOffset,
    // The one that runs on the clock of nsecs; see tracer/kernel-clock.ts.
    startMember:
      isAtLeast(facts.kernel, 5, 8) && facts.taskStruct.has('start_boottime')
        ? ('start_boottime' as const)
        : ('start_time' as const),
    cgroupEvents,
    remembersEnding: release === 'tracepoint',
  };
  return withCgroupEvents(facts, settings, { keying, notes: [] });
}

function withCgroupEvents(
  facts: HostFacts,
  settings: Settings,
  plan: { keying: Keying; notes: string[] },
): KeyingPlan {
  if (!settings.cgroups) return plan;
  const lack = lacksCgroupIds(facts);
  if (lack !== undefined) return { ...plan, notes: [...plan.notes, lack] };
  const events = chooseCgroupEvents(facts);
  if ('probe' in events) return { ...plan, keying: { ...plan.keying, cgroupEvents: events.probe } };
  return {
    ...plan,
    notes: [
      ...plan.notes,
      `a cgroup that is made and removed between two readings is unresolved, because ${events.refusal}`,
    ],
  };
}

/** The kernel knows the cgroup of an event where version 2 is mounted. */
function lacksCgroupIds({ cgroups }: HostFacts): string | undefined {
  switch (cgroups.kind) {
    case 'v1':
      return 'counts by cgroup and service are approximate, because this machine has cgroups of version 1 alone: a process counts where /proc says that it is, one that is gone where its parent is';
    case 'none':
      return 'everything counts under the cgroup root, because no cgroups are mounted here';
    default:
      return undefined;
  }
}

function lacksTaskStruct(facts: HostFacts): string {
  return facts.btf === 'readable'
    ? "this kernel's type information lacks task_struct"
    : describeMissingTypes(facts);
}
