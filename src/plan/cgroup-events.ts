import { type HostFacts, isAtLeast } from '../host/facts.ts';
import type { CgroupEvents } from './plan.ts';

/** The tracepoints of cgroups that are made and removed, `category:name`. */
export const CGROUP_TRACEPOINTS: readonly string[] = ['cgroup:cgroup_mkdir', 'cgroup:cgroup_rmdir'];

/**
 * Choose how the path of a new cgroup is read. bpftrace 0.11 hands on where it lies in the record; 0.21 to 0.23 multiply
 * its offset in the record by four.
 *
 * @returns How this bpftrace gives the path, or why cgroups cannot be watched on this machine.
 */
export function chooseCgroupEvents(
  facts: HostFacts,
): CgroupEvents | { readonly unavailable: string } {
  const { bpftrace } = facts;
  const missing = CGROUP_TRACEPOINTS.find((name) => !facts.tracepoints.has(name));
  if (missing !== undefined) return { unavailable: `this kernel has no tracepoint ${missing}` };
  // Before 5.5 the tracepoint shows a number of the hierarchy's own, which is in no key.
  if (!isAtLeast(facts.kernel, 5, 5)) {
    return { unavailable: 'before 5.5 the kernel tells other ids of new cgroups than of tasks' };
  }
  // In a `while` of 0.11 every read gives 0.
  const canLoop = isAtLeast(bpftrace, 0, 17);
  if (!isAtLeast(bpftrace, 0, 12)) return { path: 'location', canLoop };
  if (isAtLeast(bpftrace, 0, 24) || !isAtLeast(bpftrace, 0, 21))
    return { path: 'pointer', canLoop };
  if (bpftrace.minor === 23) return { path: 'far-pointer', canLoop };
  return { unavailable: `bpftrace ${bpftrace.version} does not find the path of a new cgroup` };
}
