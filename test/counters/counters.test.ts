import { describe, expect, test } from 'vitest';
import {
  addCounters,
  buildCounters,
  countErrors,
  countExited,
  isSameCounters,
  subtractCounters,
} from '../../src/counters/counters.ts';
import type { MapCounts } from '../../src/counters/map-counts.ts';
import type { HostFacts } from '../../src/host/facts.ts';
import { ABSENT_COUNTERS, buildPlanFor, NO_COUNTERS, TRACEPOINTS_6_15 } from '../builders.ts';

describe('exits are told apart by what the plan attached', () => {
  test.each<[string, Partial<HostFacts>, Record<string, number>]>([
    ['group_dead', {}, { process_exited: 5, thread_exited: 3 }],
    ['signal->live', { tracepoints: TRACEPOINTS_6_15 }, { process_exited: 5, thread_exited: 3 }],
    [
      'the first thread, corrected by execs of another one',
      { tracepoints: TRACEPOINTS_6_15, btf: 'absent' },
      { leader_exited: 6, other_exited: 2, thread_exec: 1 },
    ],
  ])('%s', (_, facts, maps) => {
    const counters = buildCounters(buildPlanFor(facts), counts(maps));
    expect(counters).toMatchObject({ process_exited: 5, thread_exited: 3 });
  });
});

test('each map is the counter of its name', () => {
  const maps = {
    process_created: 1,
    thread_created: 2,
    exec: 3,
    thread_exec: 9,
    process_exited: 4,
    thread_exited: 5,
    released: 6,
    filtered: 10,
  };
  expect(
    buildCounters(
      buildPlanFor(),
      counts(maps, [
        [22, 8],
        [11, 7],
      ]),
    ),
  ).toEqual({
    process_created: 1,
    thread_created: 2,
    exec: 3,
    process_exited: 4,
    thread_exited: 5,
    released: 6,
    filtered: 10,
    errors: { '11': 7, '22': 8 },
  });
});

test('a map that is not printed yet stands at 0', () => {
  expect(buildCounters(buildPlanFor(), counts())).toEqual(NO_COUNTERS);
});

test('a counter whose event is absent is null, never 0', () => {
  const plan = buildPlanFor({ tracepoints: new Map() });
  expect(buildCounters(plan, counts({ exec: 5 }, [[11, 1]]))).toEqual(ABSENT_COUNTERS);
});

describe('counters are reckoned with one by one', () => {
  const more = { ...NO_COUNTERS, exec: 5, errors: { '22': 3 } };
  const less = { ...NO_COUNTERS, exec: 2, errors: { '11': 1 } };

  test('sums', () => {
    expect(addCounters(more, less)).toEqual({
      ...NO_COUNTERS,
      exec: 7,
      errors: { '11': 1, '22': 3 },
    });
  });

  test('differences, of errors that only one of the two has as well', () => {
    expect(subtractCounters(addCounters(more, less), less)).toMatchObject({
      exec: 5,
      errors: { '11': 0, '22': 3 },
    });
  });

  test('with an absent one, the result is absent', () => {
    expect(addCounters(more, ABSENT_COUNTERS)).toEqual(ABSENT_COUNTERS);
    expect(subtractCounters(ABSENT_COUNTERS, less)).toEqual(ABSENT_COUNTERS);
    expect([countExited(ABSENT_COUNTERS), countErrors(ABSENT_COUNTERS)]).toEqual([null, null]);
  });

  test('errors are in the order of their numbers', () => {
    expect(Object.keys(addCounters(more, less).errors ?? {})).toEqual(['11', '22']);
  });

  test('sums of kinds', () => {
    expect(countExited({ ...NO_COUNTERS, process_exited: 2, thread_exited: 3 })).toBe(5);
    expect(countErrors({ ...NO_COUNTERS, errors: { '11': 1, '22': 3 } })).toBe(4);
  });

  test('the same are those of which each is, errors included', () => {
    expect(isSameCounters(more, { ...more })).toBe(true);
    expect(isSameCounters(more, { ...more, exec: 6 })).toBe(false);
    expect(isSameCounters(more, { ...more, errors: { '22': 4 } })).toBe(false);
  });
});

function counts(
  maps: Readonly<Record<string, number>> = {},
  errors: readonly (readonly [number, number])[] = [],
): MapCounts {
  return { maps: new Map(Object.entries(maps)), errors: new Map(errors) };
}
