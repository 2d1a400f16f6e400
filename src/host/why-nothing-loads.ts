import { holds } from './capabilities.ts';
import { type HostFacts, isAtLeast } from './facts.ts';

/** What may keep a bpftrace from loading anything, and what to do about it. */
export interface Obstacle {
  /** A part of a sentence. */
  readonly because: string;
  readonly hint: string;
}

/**
 * What stands against a bpftrace that has the capabilities it needs, and loads nothing; `undefined` where nothing is found.
 *
 * @param failure - What bpftrace said.
 */
export function whyNothingLoads(
  facts: Pick<HostFacts, 'rights' | 'kernel'>,
  failure: string,
): Obstacle | undefined {
  return (
    whyNoPerfEvents(facts.rights) ?? whyNoLockedMemory(facts, failure) ?? whyFiltered(facts.rights)
  );
}

function whyNoPerfEvents({
  bounding,
  perfEventParanoid,
}: HostFacts['rights']): Obstacle | undefined {
  if (perfEventParanoid === undefined || perfEventParanoid <= 2) return undefined;
  if (holds(bounding, 'SYS_ADMIN')) return undefined;
  return {
    because: `kernel.perf_event_paranoid is ${perfEventParanoid}, with which kernels of Debian and Ubuntu open no perf event without CAP_SYS_ADMIN, and the bounding set lacks it`,
    hint: 'give it to what starts this: CapabilityBoundingSet=CAP_SYS_ADMIN in a systemd unit, --cap-add SYS_ADMIN for a container',
  };
}

/** bpftrace up to 0.17 locks its buffers in memory (mmap of a perf event); before 5.11 the kernel locks all tables. */
function whyNoLockedMemory(
  { rights, kernel }: Pick<HostFacts, 'rights' | 'kernel'>,
  failure: string,
): Obstacle | undefined {
  const { bounding, lockedBytes } = rights;
  if (lockedBytes === undefined || holds(bounding, 'SYS_RESOURCE')) return undefined;
  const isBuffer = failure.startsWith('mmap: ') && !holds(bounding, 'IPC_LOCK');
  if (!isBuffer && isAtLeast(kernel, 5, 11)) return undefined;
  return {
    because: `locked memory is limited to ${lockedBytes} bytes (RLIMIT_MEMLOCK), and bpftrace cannot raise that without CAP_SYS_RESOURCE`,
    hint: 'raise it where this is started: LimitMEMLOCK=infinity in a systemd unit, --ulimit memlock=-1 for a container, ulimit -l in a shell of root',
  };
}

function whyFiltered({ isFiltered }: HostFacts['rights']): Obstacle | undefined {
  if (!isFiltered) return undefined;
  return {
    because:
      'a seccomp filter is on this process (Seccomp of /proc/self/status) and may keep bpf() and perf_event_open() from it',
    hint: 'start it without that filter: SystemCallFilter= of a systemd unit, --security-opt seccomp=unconfined for a container',
  };
}
