import type { Counters } from '../counters/counters.ts';
import type { TaskEvent } from '../plan/plan.ts';

/** One of the metrics that every scope has: a chart of the app groups, one of the services, one of each cgroup. */
export interface ScopeMetric {
  /** The chart's id behind its type. */
  readonly id: string;
  readonly title: string;
  /** Added to the first priority of its kind of charts. */
  readonly priority: number;
  /** The dimension of a cgroup's chart. */
  readonly dimension: string;
  readonly event: TaskEvent;
  value(counters: Counters): number | null;
}

/** @see netdata/netdata collectors/ebpf.plugin/ebpf_process.c for ids, titles and priorities */
export const SCOPE_METRICS: readonly ScopeMetric[] = [
  {
    id: 'process_create',
    title: 'Process started',
    priority: 0,
    dimension: 'process',
    event: 'create',
    value: (counters) => counters.process_created,
  },
  {
    id: 'thread_create',
    title: 'Threads started',
    priority: 1,
    dimension: 'thread',
    event: 'create',
    value: (counters) => counters.thread_created,
  },
  {
    id: 'task_exit',
    title: 'Tasks starts exit process.',
    priority: 2,
    dimension: 'exit',
    event: 'exit',
    value: (counters) => plus(counters.process_exited, counters.thread_exited),
  },
  {
    id: 'task_close',
    title: 'Tasks closed',
    priority: 3,
    dimension: 'process',
    event: 'release',
    value: (counters) => counters.released,
  },
  {
    id: 'task_error',
    title: 'Errors to create process or threads.',
    priority: 4,
    dimension: 'process',
    event: 'error',
    value: ({ errors }) =>
      errors === null ? null : [...errors.values()].reduce((sum, count) => sum + count, 0),
  },
];

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
