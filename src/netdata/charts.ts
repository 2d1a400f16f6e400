import { buildAudit } from '../counters/audit.ts';
import { type Counters, countErrors, countExited, minus } from '../counters/counters.ts';
import type { Totals } from '../counters/totals.ts';
import type { ChartNames } from './scope-kinds.ts';

/** One chart as Netdata knows it, and where its values come from. */
export interface Chart {
  /** `type.id`. */
  readonly id: string;
  readonly title: string;
  readonly units: string;
  readonly family: string;
  readonly context: string;
  readonly priority: number;
  readonly plugin: string;
  readonly module: string;
  readonly dimensions: readonly Dimension[];
}

/** The time from the update before to this one. */
export interface Interval {
  readonly open: Totals;
  readonly close: Totals;
  /** False where it is more than one interval, or something was not counted in it: differences would be wrong. */
  readonly isWhole: boolean;
}

interface DimensionShape {
  readonly id: string;
  /** Netdata divides what it is sent by this. */
  readonly divisor: number;
  /** What the value is computed from; `null` where this machine has no such value. */
  count(counters: Counters): number | null;
}

/** `incremental`: a counter, from which Netdata computes a rate. `absolute`: a value of the interval. */
export type Dimension =
  | (DimensionShape & { readonly algorithm: 'incremental' })
  | (DimensionShape & {
      readonly algorithm: 'absolute';
      value(interval: Interval): number | null;
    });

/**
 * The charts of the whole system. Ids, titles, units, families, contexts, priorities, plugin and module are those of Netdata's
 * own integration, which this plugin replaces.
 *
 * @see netdata/netdata collectors/ebpf.plugin/ebpf_process.c
 */
const CONTRACT: readonly Chart[] = [
  {
    ...system('process_thread', 'Start process', 'calls/s', 21002),
    dimensions: [
      counter('process', (counters) => counters.process_created),
      counter('thread', (counters) => counters.thread_created),
    ],
  },
  {
    ...system('exit', 'Exit process', 'calls/s', 21003),
    dimensions: [
      counter('process', (counters) => counters.process_exited),
      counter('thread', (counters) => counters.thread_exited),
    ],
  },
  {
    ...system('process_status', 'Process not closed', 'difference', 21004),
    dimensions: [
      change('process', (counters) => minus(counters.process_created, counters.process_exited)),
      change('zombie', (counters) => minus(countExited(counters), counters.released)),
    ],
  },
  {
    ...system('task_error', 'Fails to create process', 'calls/s', 21005),
    dimensions: [counter('task', countErrors)],
  },
];

/**
 * How much of what the kernel says it created was counted, from 0 to 100. An interval that could not be checked has no
 * value, because the audit has none: the kernel's number is not there, or its bounds are as wide as the count. An interval
 * that lacks something has one, because it says how much is lacking.
 */
const COMPLETENESS_CHART: Chart = {
  id: 'netdata.ebpf_processes_completeness',
  title: 'Processes and threads that were counted when they were created, of those in /proc/stat',
  units: '%',
  family: 'ebpf',
  context: 'netdata.ebpf_processes_completeness',
  priority: 140_900,
  plugin: 'ebpf-processes.plugin',
  module: 'audit',
  dimensions: [
    {
      id: 'completeness',
      algorithm: 'absolute',
      divisor: 1000,
      count: (counters) => counters.process_created,
      value: ({ open, close }) => toThousandths(countedShare(open, close)),
    },
  ],
};

/**
 * The charts of the whole system as Netdata 2.x has them. Its `task` of `system.exit` is what was released. It has a `thread` of
 * `system.task_error` too, which it never counts, and neither do we: the kind of a failed fork is not known.
 */
const CURRENT: readonly Chart[] = CONTRACT.map((chart) => {
  switch (chart.id) {
    case 'system.exit':
      return {
        ...chart,
        dimensions: [...chart.dimensions, counter('task', (counters) => counters.released)],
      };
    case 'system.process_status':
      return { ...chart, units: 'calls' };
    case 'system.task_error':
      return { ...chart, dimensions: [counter('process', countErrors)] };
    default:
      return chart;
  }
});

/**
 * The charts of which this machine has every value. A chart of an absent event would show zeros.
 *
 * @param counters - Any counters of this machine.
 */
export function buildCharts(
  counters: Counters,
  wishes: { readonly charts: ChartNames; readonly isMonitored: boolean },
): Chart[] {
  const charts = wishes.charts === 'current' ? CURRENT : CONTRACT;
  return [...charts, ...(wishes.isMonitored ? [COMPLETENESS_CHART] : [])].filter(({ dimensions }) =>
    dimensions.every((dimension) => dimension.count(counters) !== null),
  );
}

function system(
  id: string,
  title: string,
  units: string,
  priority: number,
): Omit<Chart, 'dimensions'> {
  return {
    id: `system.${id}`,
    title,
    units,
    family: 'processes',
    context: `system.${id}`,
    priority,
    plugin: 'ebpf.plugin',
    module: 'process',
  };
}

function counter(id: string, count: Dimension['count']): Dimension {
  return { id, algorithm: 'incremental', divisor: 1, count };
}

function change(id: string, count: Dimension['count']): Dimension {
  return {
    id,
    algorithm: 'absolute',
    divisor: 1,
    count,
    value: ({ open, close, isWhole }) =>
      isWhole ? minus(count(close.counters), count(open.counters)) : null,
  };
}

/** The share of the kernel's forks that the charts show. Missed ones count against it: the audit knows them, and no chart does. */
function countedShare(open: Totals, close: Totals): number | null {
  const { created, completeness } = buildAudit(open, close);
  if (completeness === null || created === null || created === 0) return completeness;
  const missed = close.missed.create - open.missed.create;
  return Math.min(completeness, ((created - missed) / created) * 100);
}

function toThousandths(percent: number | null): number | null {
  return percent === null ? null : Math.round(percent * 1000);
}
