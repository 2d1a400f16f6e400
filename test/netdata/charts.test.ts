import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Counters } from '../../src/counters/counters.ts';
import type { Totals } from '../../src/counters/totals.ts';
import type { HostFacts } from '../../src/host/facts.ts';
import { buildCharts } from '../../src/netdata/charts.ts';
import { isAttached } from '../../src/plan/plan.ts';
import { anyPlan } from '../arbitraries.ts';
import { buildPlanFor, buildTotals, TRACEPOINTS_6_18, without } from '../builders.ts';

const ALL = [
  'system.process_thread',
  'system.exit',
  'system.process_status',
  'system.task_error',
  'ebpf_processes.completeness',
];

describe('a chart is there only where all that it shows is counted', () => {
  test.each<[string, string, string[]]>([
    ['nothing', 'sched:nope', []],
    [
      'created tasks',
      'task:task_newtask',
      ['system.process_thread', 'system.process_status', 'ebpf_processes.completeness'],
    ],
    ['execs', 'sched:sched_process_exec', []],
    ['exits', 'sched:sched_process_exit', ['system.exit', 'system.process_status']],
    ['releases', 'sched:sched_process_free', ['system.process_status']],
  ])('without %s', (_, tracepoint, missing) => {
    const tracepoints = without(TRACEPOINTS_6_18, tracepoint);
    expect(chartIds({ tracepoints }, 'return')).toEqual(ALL.filter((id) => !missing.includes(id)));
  });

  test('in entry mode, without errors', () => {
    expect(chartIds({}, 'entry')).toEqual(ALL.filter((id) => id !== 'system.task_error'));
  });

  test('whatever the plan', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const attached = plan.events.filter(isAttached).map(({ event }) => event);
        for (const chart of buildCharts(plan)) {
          expect(attached).toEqual(expect.arrayContaining([...chart.events]));
        }
      }),
    );
  });
});

describe('the values of a chart', () => {
  const before = sample({ process_created: 10, process_exited: 4, thread_exited: 1, released: 5 });
  const after = sample({ process_created: 30, process_exited: 14, thread_exited: 4, released: 11 });

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

  test('are absent over a restart of bpftrace, where a difference would be false', () => {
    expect(values('system.process_status', before, { ...after, run: 1 })).toEqual({
      process: null,
      zombie: null,
    });
  });

  test('take errors together, whatever their kind', () => {
    const errors = new Map([
      [11, 2],
      [22, 3],
    ]);
    expect(values('system.task_error', before, sample({ errors }))).toEqual({ task: 5 });
  });

  test('are thousandths of a percent where they are shares', () => {
    const [open, close] = [{ tasksCreated: 0 }, { tasksCreated: 300 }];
    expect(
      values(
        'ebpf_processes.completeness',
        buildTotals({}, open),
        buildTotals({ process_created: 200 }, close),
      ),
    ).toEqual({ completeness: 66_667 });
  });
});

function chartIds(facts: Partial<HostFacts>, loadMode: 'entry' | 'return'): string[] {
  return buildCharts(buildPlanFor(facts, loadMode)).map(({ id }) => id);
}

function sample(counters: Partial<Counters>): Totals {
  return buildTotals(counters);
}

function values(id: string, previous: Totals, current: Totals): Record<string, number | null> {
  const chart = buildCharts(buildPlanFor()).find((candidate) => candidate.id === id);
  const dimensions = chart?.dimensions ?? [];
  return Object.fromEntries(
    dimensions.map((dimension) => [
      dimension.id,
      dimension.algorithm === 'incremental'
        ? dimension.value(current)
        : dimension.value(previous, current),
    ]),
  );
}
