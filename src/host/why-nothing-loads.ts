import { holds } from './capabilities.ts';
import { type HostFacts, isAtLeast } from './facts.ts';

/** What may keep a bpftrace from loading anything, and what to do about it. */
export interface Obstacle {
  /** A part of a sentence. */
  readonly because: string;
  readonly hint: string;
}

/** What stands against a bpftrace that has the capabilities it needs, and loads nothing; `undefined` where nothing is found. */
export function whyNothingLoads({
  rights,
  kernel,
}: Pick<HostFacts, 'rights' | 'kernel'>): Obstacle | undefined {
  if (rights.isFiltered) {
    return {
      because:
        'a seccomp filter is on this process (Seccomp of /proc/self/status) and may keep bpf() and perf_event_open() from it',
      hint: 'start it without that filter: SystemCallFilter= of a systemd unit, --security-opt seccomp=unconfined for a container',
    };
  }
  if (!isAtLeast(kernel, 5, 11) && !holds(rights.bounding, 'SYS_RESOURCE')) {
    return {
      because:
        'before 5.11 tables count as locked memory (RLIMIT_MEMLOCK), which bpftrace cannot raise without CAP_SYS_RESOURCE',
      hint: 'raise it where this is started: LimitMEMLOCK=infinity in a systemd unit, ulimit -l unlimited in a shell',
    };
  }
  return undefined;
}
