import type { HostFacts } from '../host/facts.ts';
import type { AbsentEvent, ComputedEvent } from './plan.ts';

/**
 * No probe sees every release: the tracepoint runs in a soft interrupt, in which programs are left out. Two numbers of the
 * kernel's own do: a fork that succeeded adds one to both, and a release takes one from the number of live tasks.
 */
export function planRelease({ taskNumbersProblem }: HostFacts): ComputedEvent | AbsentEvent {
  const event = { event: 'release', attachType: null, rejected: [] } as const;
  return taskNumbersProblem === undefined
    ? {
        ...event,
        quality: 'exact',
        reason:
          "forks minus growth of live tasks, by the kernel's own numbers in /proc/stat and /proc/loadavg",
      }
    : {
        ...event,
        quality: 'absent',
        reason: `releases follow from the kernel's own numbers of tasks, and ${taskNumbersProblem}`,
      };
}
