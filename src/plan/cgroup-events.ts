import { type HostFacts, isAtLeast } from '../host/facts.ts';

/** What tells of a cgroup that comes or goes, `category:name`. */
export const CGROUP_TRACEPOINTS: readonly string[] = ['cgroup:cgroup_mkdir', 'cgroup:cgroup_rmdir'];

/**
 * How the path of a new cgroup is read differs by version of bpftrace: 0.11 hands on where it lies in the record, 0.21 to
 * 0.23 point to four times its place.
 *
 * @returns The file in `probes/` without `.bt`, or why there is none for this machine.
 */
export function chooseCgroupEvents(
  facts: HostFacts,
): { readonly probe: string } | { readonly refusal: string } {
  const { bpftrace } = facts;
  const missing = CGROUP_TRACEPOINTS.find((name) => !facts.tracepoints.has(name));
  if (missing !== undefined) return { refusal: `this kernel has no tracepoint ${missing}` };
  // Before that the tracepoint shows ids that stand in no key.
  if (!isAtLeast(facts.kernel, 5, 5)) {
    return { refusal: 'before 5.5 the kernel tells other ids of new cgroups than of tasks' };
  }
  if (!isAtLeast(bpftrace, 0, 12)) return { probe: 'cgroup.tracepoint.data-loc' };
  if (isAtLeast(bpftrace, 0, 24) || !isAtLeast(bpftrace, 0, 21))
    return { probe: 'cgroup.tracepoint' };
  if (bpftrace.minor === 23) return { probe: 'cgroup.tracepoint.far' };
  return { refusal: `bpftrace ${bpftrace.version} does not find the path of a new cgroup` };
}
