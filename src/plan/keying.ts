import { type HostFacts, isAtLeast } from '../host/facts.ts';
import type { Settings } from '../settings/settings.ts';
import { wantsKeys } from './candidate.ts';
import { chooseCgroupEvents } from './cgroup-events.ts';
import type { Keying } from './plan.ts';
import { findTaskOffsets } from './task-offsets.ts';
import { describeMissingOffsets, missingArguments } from './unavailable.ts';

/** How counts are kept apart by task and cgroup on a machine, and what of it is not as it could be. */
export interface KeyingPlan {
  readonly keying: Keying | null;
  readonly notes: readonly string[];
}

/** Decide how counts are kept apart by task and cgroup on this machine; not at all where nobody asks for it. */
export function planKeying(facts: HostFacts, settings: Settings): KeyingPlan {
  const task = findTaskOffsets(facts);
  const missing = task === undefined ? describeMissingOffsets(facts) : undefined;
  if (!wantsKeys(settings)) return { keying: null, notes: missing === undefined ? [] : [missing] };
  const cgroupEvents = null;
  if (task !== undefined) {
    return withCgroupEvents(facts, settings, {
      keying: { by: 'types', task, hasOwnIds: hasOwnIds(facts), cgroupEvents },
      notes: [],
    });
  }
  const reason = missingArguments(facts);
  if (reason !== undefined) {
    return {
      keying: null,
      notes: [`counts are not kept apart by app group and cgroup, because ${reason}`],
    };
  }
  return withCgroupEvents(facts, settings, {
    keying: { by: 'ids', cgroupEvents },
    notes: [
      `every process takes a place of its own in the tables, and counts under the last name that it had between two dumps, because ${missing}`,
    ],
  });
}

/** From 0.23 on they are those of the namespace in which bpftrace runs, and each use fails for a task of another one. */
function hasOwnIds({ bpftrace, pidNamespace }: HostFacts): boolean {
  return pidNamespace === 'first' || !isAtLeast(bpftrace, 0, 23);
}

function withCgroupEvents(
  facts: HostFacts,
  settings: Settings,
  plan: { keying: Keying; notes: string[] },
): KeyingPlan {
  if (!settings.cgroups) return plan;
  const missing = missingCgroupIds(facts);
  if (missing !== undefined) return { ...plan, notes: [...plan.notes, missing] };
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

/** The kernel knows the cgroup of an event where version 2 is mounted. */
function missingCgroupIds({ cgroups }: HostFacts): string | undefined {
  switch (cgroups.kind) {
    case 'v1':
      return 'counts by cgroup and service are approximate, because this machine has cgroups of version 1 alone: a process counts where /proc says that it is, one that is gone where its parent is';
    case 'none':
      return 'everything counts under the cgroup root, because no cgroups are mounted here';
    default:
      return undefined;
  }
}
