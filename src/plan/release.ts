import type { HostFacts } from '../host/facts.ts';
import type { AbsentEvent, ComputedEvent } from './plan.ts';

/**
 * Releases are computed from two numbers of the kernel's: a fork adds one to the forks since boot and to the live tasks,
 * and a release takes one off the live tasks. A probe would not do, because the tracepoint of a release runs in a soft
 * interrupt, where some kernels skip the program without counting a miss.
 */
export function planRelease({ taskNumbers }: HostFacts): ComputedEvent | AbsentEvent {
  const event = { event: 'release', attachType: null, rejected: [] } as const;
  return 'root' in taskNumbers
    ? {
        ...event,
        quality: 'exact',
        reason: `forks minus growth of live tasks, by the kernel's own numbers in ${taskNumbers.root}/proc/stat and ${taskNumbers.root}/proc/loadavg`,
      }
    : {
        ...event,
        quality: 'absent',
        reason: `releases follow from the kernel's own numbers of tasks, and ${taskNumbers.problem}`,
      };
}
