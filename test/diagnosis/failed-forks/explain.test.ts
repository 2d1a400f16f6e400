import { describe, expect, test } from 'vitest';
import type { FailedForkEvidence } from '../../../src/diagnosis/failed-forks/evidence.ts';
import { countUncounted, explainFailedForks } from '../../../src/diagnosis/failed-forks/explain.ts';
import { buildEvidence } from '../../report/observation.ts';
import { buildCaller, buildHit, buildLimit } from './callers.ts';

const RLIMIT = buildLimit('rlimit_nproc', 30, 30);

/** Cause, count and process of each part. */
function explain(different: Partial<FailedForkEvidence>, totals: Record<string, number>) {
  return explainFailedForks(buildEvidence(different), totals).map(({ why, count, caller }) => [
    why === undefined ? 'unknown' : `${why.isCertain ? '' : 'perhaps '}${why.cause}`,
    count,
    caller?.pid,
  ]);
}

describe('the limit of a cgroup', () => {
  test.each([
    ['exactly', 7, 7],
    ['at least', 5, 7],
    ['up to as many', 7, 900],
    ['between two bounds', 3, 12],
  ])('is the one cause where the kernel counted %s that', (_, low, high) => {
    const pids = [buildHit(low, high)];
    expect(explain({ pids, callers: [buildCaller()] }, { 11: 7 })).toEqual([
      ['cgroup_pids', 7, 812],
    ]);
  });

  test('leaves over what it cannot have refused', () => {
    const callers = [buildCaller({ counts: { 11: 9 } })];
    expect(explain({ pids: [buildHit(4, 5)], callers }, { 11: 9 })).toEqual([
      ['cgroup_pids', 5, 812],
      ['unknown', 4, 812],
    ]);
  });

  test('explains no caller that is elsewhere', () => {
    const callers = [buildCaller({ directory: '/sys/fs/cgroup/a b c', limits: [RLIMIT] })];
    expect(explain({ pids: [buildHit(7)], callers }, { 11: 7 })).toEqual([
      ['rlimit_nproc', 7, 812],
    ]);
  });

  test('explains those below it, and first of all those without another limit', () => {
    const callers = [
      buildCaller({ pid: 1, limits: [RLIMIT] }),
      buildCaller({ pid: 2, counts: { 11: 3 }, directory: '/sys/fs/cgroup/a b/c' }),
    ];
    expect(explain({ pids: [buildHit(5)], callers }, { 11: 10 })).toEqual([
      ['cgroup_pids', 3, 2],
      ['cgroup_pids', 2, 1],
      ['rlimit_nproc', 5, 1],
    ]);
  });

  test('explains those that are gone and those that nobody is known for, last', () => {
    const callers = [buildCaller(), buildCaller({ pid: 2, directory: null, counts: { 11: 2 } })];
    expect(explain({ pids: [buildHit(11)], callers }, { 11: 12 })).toEqual([
      ['cgroup_pids', 7, 812],
      ['cgroup_pids', 2, 2],
      ['cgroup_pids', 2, undefined],
      ['unknown', 1, undefined],
    ]);
  });

  test('met more often than failed forks were counted says that some were missed', () => {
    const evidence = buildEvidence({ pids: [buildHit(100, 120)] });
    expect(countUncounted(evidence, { 11: 30 })).toBe(70);
    expect(countUncounted(evidence, { 11: 110 })).toBe(0);
    expect(countUncounted(evidence, {})).toBe(100);
  });
});

describe('another limit', () => {
  test('that is reached and the only one explains all of its caller', () => {
    expect(explain({ callers: [buildCaller({ limits: [RLIMIT] })] }, { 11: 7 })).toEqual([
      ['rlimit_nproc', 7, 812],
    ]);
  });

  test.each([
    [
      'is of ids, which begin at 1',
      [buildLimit('pid_namespace_max', 329, 330)],
      'pid_namespace_max',
    ],
    ['is not quite reached', [buildLimit('rlimit_nproc', 29, 30)], 'perhaps rlimit_nproc'],
    [
      'is not the only one that is near',
      [buildLimit('pid_namespace_max', 20, 30), RLIMIT],
      'perhaps rlimit_nproc',
    ],
    ['is no number, and holds', [{ ...RLIMIT, limit: null, used: null }], 'rlimit_nproc'],
    ['is 0', [buildLimit('rlimit_nproc', 0, 0)], 'rlimit_nproc'],
    ['is far', [buildLimit('rlimit_nproc', 14, 30)], 'unknown'],
    ['has another errno', [buildLimit('memory_cgroup', 30, 30, { errno: 12 })], 'unknown'],
  ])('that %s', (_, limits, cause) => {
    expect(explain({ callers: [buildCaller({ limits })] }, { 11: 7 })).toEqual([[cause, 7, 812]]);
  });

  test('of the machine explains also those that nobody is known for', () => {
    const machine = [buildLimit('pid_max', 100, 100)];
    expect(explain({ machine, callers: [buildCaller()] }, { 11: 9 })).toEqual([
      ['pid_max', 7, 812],
      ['pid_max', 2, undefined],
    ]);
  });
});

test.each([
  [1, 'permission'],
  [7, 'arguments'],
  [9, 'arguments'],
  [13, 'permission'],
  [14, 'arguments'],
  [17, 'arguments'],
  [22, 'arguments'],
  [5, 'unknown'],
])('errno %i: %s', (errno, cause) => {
  const callers = [buildCaller({ counts: { [errno]: 2 } })];
  expect(explain({ callers, pids: [buildHit(9)] }, { [errno]: 2 })).toEqual([[cause, 2, 812]]);
});

test('what is counted under keys and not in the totals is not explained: parts add up', () => {
  expect(explain({ callers: [buildCaller()] }, { 11: 5, 12: 0 })).toEqual([['unknown', 5, 812]]);
});
