import { describe, expect, test } from 'vitest';
import {
  addCounters,
  buildCounters,
  buildMissed,
  subtractCounters,
} from '../../src/counters/counters.ts';
import type { HostFacts } from '../../src/host/facts.ts';
import {
  ABSENT_COUNTERS,
  buildBpftrace,
  buildPlanFor,
  buildReading,
  NO_COUNTERS,
  TRACEPOINTS_6_15,
} from '../builders.ts';

const EXEC = 'tracepoint:sched:sched_process_exec';
const FREE = 'tracepoint:sched:sched_process_free';

describe('exits are told apart by what the plan attached', () => {
  test.each<[string, Partial<HostFacts>, Record<string, number>]>([
    ['group_dead', {}, { process_exited: 5, thread_exited: 3 }],
    ['signal->live', { tracepoints: TRACEPOINTS_6_15 }, { process_exited: 5, thread_exited: 3 }],
    [
      'the first thread, corrected by execs of another one',
      { tracepoints: TRACEPOINTS_6_15, btf: 'absent' },
      { leader_exited: 6, other_exited: 2, thread_exec: 1 },
    ],
  ])('%s', (_, facts, scalars) => {
    const counters = buildCounters(buildPlanFor(facts), buildReading({ scalars }));
    expect(counters).toMatchObject({ process_exited: 5, thread_exited: 3 });
  });
});

test('each map is the counter of its name', () => {
  const scalars = {
    process_created: 1,
    thread_created: 2,
    exec: 3,
    thread_exec: 9,
    process_exited: 4,
    thread_exited: 5,
    released: 6,
  };
  const reading = buildReading({ scalars, errors: { '11': 7, '22': 8 } });
  expect(buildCounters(buildPlanFor(), reading)).toEqual({
    process_created: 1,
    thread_created: 2,
    exec: 3,
    process_exited: 4,
    thread_exited: 5,
    released: 6,
    errors: new Map([
      [11, 7],
      [22, 8],
    ]),
  });
});

test('a map that is not printed yet stands at 0', () => {
  expect(buildCounters(buildPlanFor(), buildReading())).toEqual(NO_COUNTERS);
});

test('a counter whose event is absent is null, never 0', () => {
  const plan = buildPlanFor({ tracepoints: new Map() });
  const reading = buildReading({ scalars: { exec: 5 }, errors: { '11': 1 } });
  expect(buildCounters(plan, reading)).toEqual(ABSENT_COUNTERS);
});

/** With raw tracepoints nothing is skipped. */
const SKIPPABLE = buildPlanFor({ bpftrace: buildBpftrace('0.17.0') });

describe('what the kernel skipped', () => {
  const misses = { [EXEC]: 10, [FREE]: 20, 'tracepoint:task:task_newtask': 30 };

  test('is added where its kind is known', () => {
    const reading = buildReading({ scalars: { exec: 1, released: 2, process_created: 3 }, misses });
    expect(buildCounters(SKIPPABLE, reading)).toMatchObject({
      exec: 11,
      released: 22,
      process_created: 3,
      thread_created: 0,
    });
  });

  test('is told apart where it is not', () => {
    const reading = buildReading({ misses });
    expect(buildMissed(SKIPPABLE, reading, 'create')).toBe(30);
    expect(buildMissed(SKIPPABLE, reading, 'exit')).toBe(0);
  });

  test('of several attach points is summed up', () => {
    const reading = buildReading({
      misses: {
        'tracepoint:syscalls:sys_exit_clone': 1,
        'tracepoint:syscalls:sys_exit_vfork': 2,
        interval: 4,
      },
    });
    expect(buildMissed(SKIPPABLE, reading, 'error')).toBe(3);
  });

  test('counts as nothing where it cannot be read, or where nothing is attached', () => {
    expect(buildMissed(SKIPPABLE, buildReading(), 'exec')).toBe(0);
    const plan = buildPlanFor({ tracepoints: new Map() });
    expect(buildMissed(plan, buildReading({ misses }), 'exec')).toBe(0);
  });
});

describe('counters are reckoned with one by one', () => {
  const more = { ...NO_COUNTERS, exec: 5, errors: new Map([[22, 3]]) };
  const less = { ...NO_COUNTERS, exec: 2, errors: new Map([[11, 1]]) };

  test('sums', () => {
    const errors = new Map([
      [11, 1],
      [22, 3],
    ]);
    expect(addCounters(more, less)).toEqual({ ...NO_COUNTERS, exec: 7, errors });
  });

  test('differences, of errors that only one of the two has as well', () => {
    expect(subtractCounters(addCounters(more, less), less)).toMatchObject({
      exec: 5,
      errors: new Map([
        [11, 0],
        [22, 3],
      ]),
    });
  });

  test('with an absent one, the result is absent', () => {
    expect(addCounters(more, ABSENT_COUNTERS)).toEqual(ABSENT_COUNTERS);
    expect(subtractCounters(ABSENT_COUNTERS, less)).toEqual(ABSENT_COUNTERS);
  });

  test('errors are in the order of their numbers', () => {
    const { errors } = addCounters(more, less);
    expect([...(errors ?? new Map()).keys()]).toEqual([11, 22]);
  });
});
