import { type HostFacts, isAtLeast } from '../host/facts.ts';
import type { CgroupEvents } from './plan.ts';

/** What tells of a cgroup that comes or goes, `category:name`. */
export const CGROUP_TRACEPOINTS: readonly string[] = ['cgroup:cgroup_mkdir', 'cgroup:cgroup_rmdir'];

/**
 * How the path of a new cgroup is read differs by version of bpftrace: 0.11 hands on where it lies in the record, 0.21 to
 * 0.23 point to four times its place.
 *
 * @returns How this one reads it, or why it cannot be had on this machine.
 */
export function chooseCgroupEvents(
  facts: HostFacts,
): CgroupEvents | { readonly unavailable: string } {
  const { bpftrace } = facts;
  const missing = CGROUP_TRACEPOINTS.find((name) => !facts.tracepoints.has(name));
  if (missing !== undefined) return { unavailable: `this kernel has no tracepoint ${missing}` };
  // Before that the tracepoint shows ids that stand in no key.
  if (!isAtLeast(facts.kernel, 5, 5)) {
    return { unavailable: 'before 5.5 the kernel tells other ids of new cgroups than of tasks' };
  }
  // The loop of 0.11 reads nothing.
  const canLoop = isAtLeast(bpftrace, 0, 17);
  if (!isAtLeast(bpftrace, 0, 12)) return { path: 'location', canLoop };
  if (isAtLeast(bpftrace, 0, 24) || !isAtLeast(bpftrace, 0, 21))
    return { path: 'pointer', canLoop };
  if (bpftrace.minor === 23) return { path: 'far-pointer', canLoop };
  return { unavailable: `bpftrace ${bpftrace.version} does not find the path of a new cgroup` };
}
