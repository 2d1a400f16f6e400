import type { HostFacts } from '../host/facts.ts';
import type { Settings } from '../settings/settings.ts';
import { isPreemptible } from './unavailable.ts';

/** Whether bpftrace gets real-time priority, and what there is to say about it. */
export interface RealTimePlan {
  readonly isRealTime: boolean;
  readonly notes: readonly string[];
}

/**
 * A monitor takes no priority unasked. Where the kernel misses events without it, the plan says how to ask.
 *
 * @see docs/decisions/0030-real-time-priority.md
 */
export function planRealTime(facts: HostFacts, { realTime }: Settings): RealTimePlan {
  if (realTime && facts.privilege !== 'root') {
    return {
      isRealTime: false,
      notes: [
        'real time is left out: it needs root, and neither sudo nor the launcher lets us run anything but bpftrace',
      ],
    };
  }
  if (realTime) {
    return { isRealTime: true, notes: ['bpftrace is given the lowest real-time priority'] };
  }
  return {
    isRealTime: false,
    notes: isPreemptible(facts)
      ? [
          'since 7.0 the kernel misses some events of a CPU while bpftrace is preempted on it, which is reported; as root, real time (--real-time) avoids that',
        ]
      : [],
  };
}
