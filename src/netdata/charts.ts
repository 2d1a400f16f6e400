import { buildAudit } from '../counters/audit.ts';
import type { Totals } from '../counters/totals.ts';
import type { Plan, TaskEvent } from '../plan/plan.ts';
import { isAttached } from '../plan/plan.ts';

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
  /** The chart exists only where all of these are attached. */
  readonly events: readonly TaskEvent[];
  readonly dimensions: readonly Dimension[];
}

interface DimensionShape {
  readonly id: string;
  /** Netdata divides what it is sent by this. */
  readonly divisor: number;
}

/** `incremental`: a counter, of which Netdata makes a rate. `absolute`: a value of the interval between two samples. */
export type Dimension =
  | (DimensionShape & {
      readonly algorithm: 'incremental';
      value(sample: Totals): number | null;
    })
  | (DimensionShape & {
      readonly algorithm: 'absolute';
      value(previous: Totals, sample: Totals): number | null;
    });

/**
 * The charts of the whole system. Ids, titles, units, families, contexts, priorities, plugin and module are those of the
 * integration that this replaces; the values are design decisions of ours.
 *
 * @see netdata/netdata collectors/ebpf.plugin/ebpf_process.c
 */
const SYSTEM_CHARTS: readonly Chart[] = [
  {
    ...system('process_thread', 'Start process', 'calls/s', 21002, ['create']),
    dimensions: [
      counter('process', (sample) => sample.counters.process_created),
      counter('thread', (sample) => sample.counters.thread_created),
    ],
  },
  {
    ...system('exit', 'Exit process', 'calls/s', 21003, ['exit']),
    dimensions: [
      counter('process', (sample) => sample.counters.process_exited),
      counter('thread', (sample) => sample.counters.thread_exited),
    ],
  },
  {
    ...system('process_status', 'Process not closed', 'difference', 21004, [
      'create',
      'exit',
      'release',
    ]),
    dimensions: [
      change('process', ({ counters }) => minus(counters.process_created, counters.process_exited)),
      change('zombie', ({ counters }) =>
        minus(plus(counters.process_exited, counters.thread_exited), counters.released),
      ),
    ],
  },
  {
    ...system('task_error', 'Fails to create process', 'calls/s', 21005, ['error']),
    dimensions: [counter('task', (sample) => sumErrors(sample))],
  },
];

/** How much of what the kernel says it created was counted. */
const COMPLETENESS_CHART: Chart = {
  id: 'ebpf_processes.completeness',
  title: 'Created tasks that were counted, of those in /proc/stat',
  units: '%',
  family: 'ebpf_processes',
  context: 'ebpf_processes.completeness',
  priority: 140_900,
  plugin: 'ebpf-processes.plugin',
  module: 'audit',
  events: ['create'],
  dimensions: [
    {
      id: 'completeness',
      algorithm: 'absolute',
      divisor: 1000,
      value: (previous, sample) => toThousandths(buildAudit(previous, sample).completeness),
    },
  ],
};

/** The charts for which the plan has everything; a chart without its event would show zeros that are none. */
export function buildCharts(plan: Plan): Chart[] {
  const attached = new Set(plan.events.filter(isAttached).map((event) => event.event));
  return [...SYSTEM_CHARTS, COMPLETENESS_CHART].filter((chart) =>
    chart.events.every((event) => attached.has(event)),
  );
}

function system(
  id: string,
  title: string,
  units: string,
  priority: number,
  events: readonly TaskEvent[],
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
    events,
  };
}

function counter(id: string, value: (sample: Totals) => number | null): Dimension {
  return { id, algorithm: 'incremental', divisor: 1, value };
}

function change(id: string, value: (sample: Totals) => number | null): Dimension {
  return {
    id,
    algorithm: 'absolute',
    divisor: 1,
    // Over a restart of bpftrace the interval has a hole, and a difference would be false.
    value: (previous, sample) =>
      previous.run === sample.run ? minus(value(sample), value(previous)) : null,
  };
}

function sumErrors(sample: Totals): number | null {
  const { errors } = sample.counters;
  return errors === null ? null : [...errors.values()].reduce((sum, count) => sum + count, 0);
}

function toThousandths(percent: number | null): number | null {
  return percent === null ? null : Math.round(percent * 1000);
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}
