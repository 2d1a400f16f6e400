import { type HostFacts, isAtLeast } from '../host/facts.ts';
import type { Settings } from '../settings/settings.ts';
import { wantsKeys } from './candidate.ts';
import { chooseCgroupEvents } from './cgroup-events.ts';
import type { Keying } from './plan.ts';
import { findTaskOffsets } from './task-offsets.ts';
import { whyNoFields, whyNoOffsets } from './unavailable.ts';

/** How counts are kept apart by task and cgroup on a machine, and what is missing for the best way. */
export interface KeyingPlan {
  readonly keying: Keying | null;
  readonly notes: readonly string[];
}

/** Decide how counts are kept apart by task and cgroup on this machine; not at all where nobody asks for it. */
export function planKeying(facts: HostFacts, settings: Settings): KeyingPlan {
  const task = findTaskOffsets(facts);
  const noTask = whyNoOffsets(facts);
  if (!wantsKeys(settings)) return { keying: null, notes: noTask === undefined ? [] : [noTask] };
  const cgroupEvents = null;
  if (task !== undefined) {
    return withCgroupEvents(facts, settings, {
      keying: { by: 'types', task, hasOwnIds: hasOwnIds(facts), cgroupEvents },
      notes: [],
    });
  }
  const noFields = whyNoFields(facts);
  if (noFields !== undefined) {
    return {
      keying: null,
      notes: [`counts are not kept apart by app group and cgroup, because ${noFields}`],
    };
  }
  if (!hasOwnIds(facts)) {
    return {
      keying: null,
      notes: [
        `counts are not kept apart by app group and cgroup, because bpftrace ${facts.bpftrace.version} tells the process ids of our namespace alone, and ${noTask}`,
      ],
    };
  }
  return withCgroupEvents(facts, settings, {
    keying: { by: 'ids', cgroupEvents },
    notes: [
      `every process takes a place of its own in the tables, and counts under the last name that it had between two dumps, because ${noTask}`,
    ],
  });
}

/** From 0.23 on `pid` and `tid` are ids of the namespace in which bpftrace runs, and fail for a task of another one. */
function hasOwnIds({ bpftrace, namespaces }: HostFacts): boolean {
  return namespaces.pid === 'first' || !isAtLeast(bpftrace, 0, 23);
}

function withCgroupEvents(
  facts: HostFacts,
  settings: Settings,
  plan: { keying: Keying; notes: string[] },
): KeyingPlan {
  if (!settings.cgroups) return plan;
  const reason = whyNoCgroupIds(facts);
  if (reason !== undefined) return { ...plan, notes: [...plan.notes, reason] };
  return facts.cgroups.kind === 'hybrid'
    ? watchCgroups(facts, { ...plan, notes: [...plan.notes, HYBRID] })
    : watchCgroups(facts, plan);
}

const HYBRID =
  'counts of a container that has cgroups of version 1 alone, and of the cgroup root, are approximate, because the kernel tells the cgroup of version 2 of a task: a process counts where /proc says that it is, one that is gone where its parent is';

function watchCgroups(facts: HostFacts, plan: { keying: Keying; notes: string[] }): KeyingPlan {
  const events = chooseCgroupEvents(facts);
  if (!('unavailable' in events))
    return { ...plan, keying: { ...plan.keying, cgroupEvents: events } };
  return {
    ...plan,
    notes: [
      ...plan.notes,
      `a cgroup that is made and removed between two dumps is unresolved, because ${events.unavailable}`,
    ],
  };
}

/** A key holds the cgroup's id of version 2, which says something only where version 2 is mounted. */
function whyNoCgroupIds({ cgroups }: HostFacts): string | undefined {
  switch (cgroups.kind) {
    case 'v1':
      return 'counts by cgroup and service are approximate, because this machine has cgroups of version 1 alone: a process counts where /proc says that it is, one that is gone where its parent is';
    case 'none':
      return 'everything counts under the cgroup root, because no cgroups are mounted here';
    default:
      return undefined;
  }
}
