import { describe, expect, test } from 'vitest';
import type { Counters } from '../../src/counters/counters.ts';
import type { Totals } from '../../src/counters/totals.ts';
import { buildCharts, type Interval } from '../../src/netdata/charts.ts';
import { SCOPE_METRICS, selectMetrics } from '../../src/netdata/scope-metrics.ts';
import { buildTotals } from '../builders.ts';
import { fc } from '../property.ts';
import { buildCounts, buildKernel } from './snapshots.ts';

const WISHES = { charts: 'contract', isMonitored: true } as const;
const ALL = [
  'system.process_thread',
  'system.exit',
  'system.process_status',
  'system.task_error',
  'netdata.ebpf_processes_completeness',
];

describe('a chart is there only where all that it shows is counted', () => {
  test.each<[string, Partial<Counters>, string[], string[]]>([
    ['nothing', {}, [], []],
    [
      'created tasks',
      { process_created: null, thread_created: null },
      ['system.process_thread', 'system.process_status', 'netdata.ebpf_processes_completeness'],
      ['process_create', 'thread_create'],
    ],
    ['execs', { exec: null }, [], []],
    [
      'exits',
      { process_exited: null, thread_exited: null },
      ['system.exit', 'system.process_status'],
      ['task_exit'],
    ],
    ['releases', { released: null }, ['system.process_status'], ['task_close']],
    ['errors', { errors: null }, ['system.task_error'], ['task_error']],
  ])('without %s', (_, absent, charts, metrics) => {
    const counters = buildCounts(absent);
    const idsOf = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);
    expect(idsOf(buildCharts(counters, WISHES))).toEqual(ALL.filter((id) => !charts.includes(id)));
    expect(idsOf(selectMetrics(counters))).toEqual(
      idsOf(SCOPE_METRICS).filter((id) => !metrics.includes(id)),
    );
  });

  test('whatever is absent', () => {
    const absent = fc.subarray(Object.keys(buildCounts()) as (keyof Counters)[]);
    fc.assert(
      fc.property(absent, (names) => {
        const counters = buildCounts(Object.fromEntries(names.map((name) => [name, null])));
        const dimensions = buildCharts(counters, WISHES).flatMap((chart) => chart.dimensions);
        const values = [
          ...dimensions.map((dimension) => dimension.count(counters)),
          ...selectMetrics(counters).map((metric) => metric.value(counters)),
        ];
        expect(values).not.toContain(null);
      }),
    );
  });
});

describe('the values of a chart', () => {
  const before = buildTotals({
    process_created: 10,
    process_exited: 4,
    thread_exited: 1,
    released: 5,
  });
  const after = buildTotals({
    process_created: 30,
    process_exited: 14,
    thread_exited: 4,
    released: 11,
  });

  test('are counters where Netdata makes the rate', () => {
    expect(values('system.exit', before, after)).toEqual({ process: 14, thread: 4 });
  });

  test('are differences of the interval where it does not', () => {
    // 20 created and 10 exited; 13 exited and 6 released.
    expect(values('system.process_status', before, after)).toEqual({ process: 10, zombie: 7 });
  });

  test('may be below zero where more ended than began', () => {
    expect(values('system.process_status', after, before)).toEqual({ process: -10, zombie: -7 });
  });

  test('are absent over more or less than one interval, where a difference would be false', () => {
    const absent = { process: null, zombie: null };
    expect(values('system.process_status', before, after, false)).toEqual(absent);
  });

  test('take errors together, whatever their kind', () => {
    const errors = { 11: 2, 22: 3 };
    expect(values('system.task_error', before, buildTotals({ errors }))).toEqual({ task: 5 });
  });

  test('are thousandths of a percent where they are shares', () => {
    const open = buildTotals({}, { kernel: buildKernel(0) });
    const close = buildTotals({ process_created: 200 }, { kernel: buildKernel(300) });
    expect(values('netdata.ebpf_processes_completeness', open, close)).toEqual({
      completeness: 66_667,
    });
    expect(values('netdata.ebpf_processes_completeness', open, close, false)).toEqual({
      completeness: 66_667,
    });
  });

  test('are not complete where the kernel says that it missed some', () => {
    const open = buildTotals({}, { kernel: buildKernel(0) });
    const missed = { create: 3, exec: 0, exit: 0, error: 0 };
    const close = buildTotals({ process_created: 297 }, { kernel: buildKernel(300), missed });
    expect(values('netdata.ebpf_processes_completeness', open, close)).toEqual({
      completeness: 99_000,
    });
  });
});

function values(
  id: string,
  open: Totals,
  close: Totals,
  isWhole = true,
): Record<string, number | null> {
  const chart = buildCharts(buildCounts(), WISHES).find((candidate) => candidate.id === id);
  const interval: Interval = { open, close, isWhole };
  return Object.fromEntries(
    (chart?.dimensions ?? []).map((dimension) => [
      dimension.id,
      dimension.algorithm === 'incremental'
        ? dimension.count(close.counters)
        : dimension.value(interval),
    ]),
  );
}
