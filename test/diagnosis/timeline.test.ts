import { expect, test } from 'vitest';
import {
  METRICS,
  MOST_INTERVALS,
  type Timeline,
  TimelineRecorder,
} from '../../src/diagnosis/timeline.ts';
import { buildKey } from '../scopes/keys.ts';

const create = (comm: string, cgroup = '1') =>
  buildKey({ comm, cgroup, counter: 'process_created', id: 9 });
const pathOf = (id: string) => (id === '1' ? '/' : undefined);
const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
const sumAll = ({ programs }: Timeline) =>
  programs.reduce((all, { created }) => all + sum(created), 0);

test('counts of each dump stand in its interval, by program and cgroup', () => {
  const recorder = new TimelineRecorder();
  recorder.take(create('before'), 50);
  recorder.open(1e9);
  recorder.take(create('sh'), 3);
  recorder.take(buildKey({ comm: 'sh', counter: 'thread_created', id: 9 }), 1);
  recorder.take(buildKey({ comm: 'true', counter: 'exec' }), 2);
  recorder.take(buildKey({ comm: 'true', counter: 'process_exited' }), 2);
  recorder.cut(2e9, true);
  recorder.take(create('sh', '7'), 5);
  recorder.take(buildKey({ comm: 'sh', counter: 'error', id: 9, index: 11 }), 4);
  recorder.cut(3e9, true);
  expect(recorder.read(pathOf, 5)).toEqual({
    edgesNs: [1e9, 2e9, 3e9],
    gaps: [],
    isFolded: false,
    programs: [
      { comm: 'sh', cgroup: null, created: [0, 5], execs: [0, 0], failed: [0, 0] },
      { comm: 'sh', cgroup: '/', created: [4, 0], execs: [0, 0], failed: [0, 4] },
      { comm: 'true', cgroup: '/', created: [0, 0], execs: [2, 0], failed: [0, 0] },
      { comm: null, cgroup: null, created: [0, 0], execs: [0, 0], failed: [0, 0] },
    ],
  });
});

test('those beyond the first stand together', () => {
  const recorder = new TimelineRecorder();
  recorder.open(0);
  for (const [i, comm] of ['a', 'b', 'c', 'd'].entries()) recorder.take(create(comm), 10 - i);
  recorder.cut(1e9, true);
  const { programs } = recorder.read(pathOf, 2);
  expect(programs.map(({ comm, created }) => [comm, ...created])).toEqual([
    ['a', 10],
    ['b', 9],
    [null, 15],
  ]);
});

test('a long window is told in no more intervals, of which none is lost', () => {
  const recorder = new TimelineRecorder();
  recorder.open(0);
  const dumps = 5 * MOST_INTERVALS + 3;
  for (let i = 1; i <= dumps; i += 1) {
    recorder.take(create('sh'), i);
    recorder.cut(i * 1e8, i !== 1_000);
  }
  const timeline = recorder.read(pathOf, 1);
  const { edgesNs, programs, gaps } = timeline;
  expect(edgesNs.length - 1).toBeLessThanOrEqual(MOST_INTERVALS);
  expect(edgesNs[0]).toBe(0);
  expect(edgesNs.at(-1)).toBe(dumps * 1e8);
  expect(edgesNs).toEqual([...edgesNs].sort((a, b) => a - b));
  expect(sumAll(timeline)).toBe((dumps * (dumps + 1)) / 2);
  for (const metric of METRICS) expect(programs[0]?.[metric]).toHaveLength(edgesNs.length - 1);
  // The dump that was not whole, in its interval.
  const [gap = -1] = gaps;
  expect(gaps).toHaveLength(1);
  expect(edgesNs[gap]).toBeLessThan(1e11);
  expect(edgesNs[gap + 1]).toBeGreaterThanOrEqual(1e11);
});

test('whoever takes new names without end has no more room, and no count is lost', () => {
  const recorder = new TimelineRecorder();
  recorder.open(0);
  recorder.take(create('busy'), 1_000);
  for (let i = 0; i < 5_000; i += 1) recorder.take(create(`name${i}`), 1);
  recorder.cut(1e9, true);
  const timeline = recorder.read(pathOf, 3);
  expect(timeline.programs[0]).toMatchObject({ comm: 'busy', created: [1_000] });
  expect(timeline.programs).toHaveLength(4);
  expect(sumAll(timeline)).toBe(6_000);
  expect(timeline.isFolded).toBe(true);
});

test('dumps that come soon after each other are one interval', () => {
  const recorder = new TimelineRecorder();
  recorder.open(0);
  for (const ms of [1, 100, 101, 200, 201]) {
    recorder.take(create('sh'), 1);
    recorder.cut(ms * 1e6, ms !== 201);
  }
  const { edgesNs, programs, gaps } = recorder.read(pathOf, 1);
  expect(edgesNs).toEqual([0, 1e8, 2.01e8]);
  expect(programs[0]?.created).toEqual([2, 3]);
  expect(gaps).toEqual([1]);
});

test('a window of one dump is one interval', () => {
  const recorder = new TimelineRecorder();
  recorder.open(0);
  recorder.take(create('sh'), 2);
  recorder.cut(1e6, true);
  const { edgesNs, programs } = recorder.read(pathOf, 1);
  expect(edgesNs).toEqual([0, 1e6]);
  expect(programs[0]?.created).toEqual([2]);
});
