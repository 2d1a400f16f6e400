import { type Counters, countErrors, countExited } from '../counters/counters.ts';

/** One of the metrics that every scope has: a chart of the app groups, one of the services, one of each cgroup. */
export interface ScopeMetric {
  /** The chart's id behind its type. */
  readonly id: string;
  readonly title: string;
  /** The chart of an app group in Netdata 2.x. */
  readonly current: { readonly id: string; readonly title: string };
  /** Added to the first priority of its kind of charts. */
  readonly priority: number;
  /** The dimension of a cgroup's chart. */
  readonly dimension: string;
  value(counters: Counters): number | null;
}

/** @see netdata/netdata collectors/ebpf.plugin/ebpf_process.c for ids, titles and priorities */
export const SCOPE_METRICS: readonly ScopeMetric[] = [
  {
    id: 'process_create',
    title: 'Process started',
    current: { id: 'process_start', title: 'Process started.' },
    priority: 0,
    dimension: 'process',
    value: (counters) => counters.process_created,
  },
  {
    id: 'thread_create',
    title: 'Threads started',
    current: { id: 'thread_start', title: 'Threads started.' },
    priority: 1,
    dimension: 'thread',
    value: (counters) => counters.thread_created,
  },
  {
    id: 'task_exit',
    title: 'Tasks starts exit process.',
    current: { id: 'task_exit', title: 'Tasks starts exit process.' },
    priority: 2,
    dimension: 'exit',
    value: countExited,
  },
  {
    id: 'task_close',
    title: 'Tasks closed',
    current: { id: 'task_released', title: 'Tasks released.' },
    priority: 3,
    dimension: 'process',
    value: (counters) => counters.released,
  },
  {
    id: 'task_error',
    title: 'Errors to create process or threads.',
    current: { id: 'task_error', title: 'Errors to create process or threads.' },
    priority: 4,
    dimension: 'process',
    value: countErrors,
  },
];

/** The metrics that can be had. @param counters - Any counters of this machine. */
export function selectMetrics(counters: Counters): ScopeMetric[] {
  return SCOPE_METRICS.filter((metric) => metric.value(counters) !== null);
}
