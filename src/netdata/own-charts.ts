import type { Loss, Usage } from '../bpftrace/supervisor.ts';
import type { Missed } from '../counters/totals.ts';
import { isAttached, type Plan } from '../plan/plan.ts';
import type { ChartLine } from './protocol.ts';

/** What we know of ourselves at one moment. Counts are since the start. */
export interface OwnFigures {
  readonly plan: Plan;
  /** Seconds until the end, where there is one; `null` where we run on. */
  readonly secondsLeft: number | null;
  /** `null` where the kernel could not be asked. */
  readonly missed: Missed | null;
  readonly loss: Loss;
  readonly usage: Usage;
}

/** One chart about ourselves. */
export interface OwnChart extends Pick<ChartLine, 'id' | 'context' | 'title' | 'units'> {
  readonly chartType: ChartLine['chartType'];
  readonly priority: number;
  readonly dimensions: readonly OwnDimension[];
}

export interface OwnDimension {
  readonly id: string;
  readonly algorithm: 'absolute' | 'incremental';
  readonly divisor: number;
  /** A whole number; nothing where there is none. @param before - The figures of the update before. */
  value(now: OwnFigures, before: OwnFigures | undefined): number | null | undefined;
}

/**
 * The charts about ourselves. The first six are those that ebpf.plugin has of itself: their contexts are the same, and their
 * ids are not, because two plugins may not have one chart.
 *
 * @see netdata/netdata collectors/ebpf.plugin/ebpf.c ebpf_create_statistic_charts()
 */
export const OWN_CHARTS: readonly OwnChart[] = [
  {
    ...reference('threads', 'boolean', 140_000),
    title: 'eBPF collectors that run: 1 while processes and threads are counted',
    dimensions: [gauge('process', () => 1)],
  },
  {
    ...reference('life_time', 'seconds', 140_001),
    title: 'Time until an eBPF collector ends that was switched on for a limited time',
    dimensions: [gauge('process', ({ secondsLeft }) => secondsLeft)],
  },
  {
    ...reference('load_methods', 'methods', 140_002),
    title: 'Attached kinds of events: with the type information of the kernel (co-re), or without',
    dimensions: [
      gauge('legacy', ({ plan }) => countAttached(plan, false)),
      gauge('co-re', ({ plan }) => countAttached(plan, true)),
    ],
  },
  {
    ...reference('kernel_memory', 'bytes', 140_003),
    title: 'Memory of the kernel for eBPF tables and programs',
    dimensions: [gauge('memory_locked', ({ usage }) => usage.bpftrace?.kernelBytes)],
  },
  {
    ...reference('hash_tables_count', 'hash tables', 140_004),
    title: 'eBPF tables that are loaded',
    dimensions: [gauge('hash_table', ({ usage }) => usage.bpftrace?.tables)],
  },
  {
    ...reference('hash_tables_per_core', 'threads', 140_005),
    title: 'eBPF collectors whose CPUs count in tables of their own (per_core), or in one (unique)',
    dimensions: [
      gauge('per_core', ({ usage }) => usage.bpftrace && Number(usage.bpftrace.tablesPerCpu > 0)),
      gauge('unique', ({ usage }) => usage.bpftrace && Number(usage.bpftrace.tablesPerCpu === 0)),
    ],
  },
  {
    ...own('missed', 'events/s', 140_902),
    title: 'Events for which the kernel skipped the eBPF program: they are on no chart',
    chartType: 'stacked',
    dimensions: (['create', 'exec', 'exit', 'error'] as const).map((event) =>
      counter(event, ({ missed }) => missed?.[event]),
    ),
  },
  {
    ...own('lost', 'losses/s', 140_903),
    title: 'Output of bpftrace that did not arrive whole: events, lines, and dumps of a second',
    chartType: 'stacked',
    dimensions: [
      counter('events', ({ loss }) => loss.lostEvents),
      counter('lines', ({ loss }) => loss.brokenLines),
      counter('dumps', ({ loss }) => loss.lostDumps),
      counter('errors', ({ loss }) => loss.helperErrors),
    ],
  },
  {
    ...own('restarts', 'restarts', 140_904),
    title: 'How often bpftrace ended and was started again since the plugin was started',
    dimensions: [gauge('bpftrace', ({ loss }) => loss.restarts)],
  },
  {
    ...own('cpu', 'milliseconds/s', 140_905),
    title:
      'CPU time of the plugin, of bpftrace, and of its programs (with kernel.bpf_stats_enabled = 1)',
    chartType: 'stacked',
    dimensions: [
      counter('node', ({ usage }) => Math.round(usage.node.cpuMs)),
      counter('bpftrace', ({ usage }) => usage.bpftrace?.process.cpuMs),
      counter('programs', ({ usage }) => toMs(usage.bpftrace?.programs?.runNs)),
    ],
  },
  {
    ...own('memory', 'MiB', 140_906),
    title: 'Memory of the plugin and of bpftrace',
    chartType: 'stacked',
    dimensions: [
      gauge('node', ({ usage }) => toKib(usage.node.residentBytes), 1_024),
      gauge('bpftrace', ({ usage }) => toKib(usage.bpftrace?.process.residentBytes), 1_024),
    ],
  },
  {
    ...own('program_time', 'nanoseconds', 140_907),
    title: 'Time that an eBPF program runs for one event (with kernel.bpf_stats_enabled = 1)',
    dimensions: [gauge('per_event', nanosecondsPerRun)],
  },
];

function reference(name: string, units: string, priority: number) {
  const [id, context] = [`netdata.ebpf_processes_${name}`, `netdata.ebpf_${name}`];
  return { id, context, units, chartType: 'line' as const, priority };
}

function own(name: string, units: string, priority: number) {
  const id = `netdata.ebpf_processes_${name}`;
  return { id, context: id, units, chartType: 'line' as const, priority };
}

function gauge(id: string, value: OwnDimension['value'], divisor = 1): OwnDimension {
  return { id, algorithm: 'absolute', divisor, value };
}

function counter(id: string, value: OwnDimension['value']): OwnDimension {
  return { id, algorithm: 'incremental', divisor: 1, value };
}

function countAttached({ events }: Plan, isByTypes: boolean): number {
  return events.filter(isAttached).filter(({ family }) => (family === 'fentry') === isByTypes)
    .length;
}

/** Over the time since the update before; `null` where nothing ran in it, or bpftrace was started in it. */
function nanosecondsPerRun(now: OwnFigures, before: OwnFigures | undefined): number | null {
  const [close, open] = [now.usage.bpftrace?.programs, before?.usage.bpftrace?.programs];
  if (!close || !open || close.runs <= open.runs || close.runNs < open.runNs) return null;
  return Math.round((close.runNs - open.runNs) / (close.runs - open.runs));
}

function toMs(nanoseconds: number | undefined): number | undefined {
  return nanoseconds === undefined ? undefined : Math.round(nanoseconds / 1e6);
}

function toKib(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : Math.round(bytes / 1_024);
}
