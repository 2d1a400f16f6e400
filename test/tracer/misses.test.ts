import { expect, test } from 'vitest';
import { matchPrograms } from '../../src/tracer/misses.ts';

const POINTS = [
  'tracepoint:task:task_newtask',
  'fentry:acct_process',
  'tracepoint:sched:sched_process_exit',
  'fentry:cgroup_release',
  // As a program names the one that prints its frames.
  'interval',
];
const [TRACEPOINT, INTERVAL, TRACING] = [5, 7, 26];

/** Loaded one after the other; each skipped as many events as its place says. */
const load = (types: readonly number[]) =>
  types.map((type, i) => ({ id: 100 + i, type, misses: i }));

test('programs are those of the text, in its order', () => {
  const types = [TRACEPOINT, TRACING, TRACEPOINT, TRACING, INTERVAL];
  expect([...matchPrograms(POINTS, load(types))]).toEqual(
    expect.arrayContaining(POINTS.map((point, i) => [point, i])),
  );
});

test('where a bpftrace loads one kind after the others, each kind is in order', () => {
  const types = [TRACEPOINT, TRACEPOINT, INTERVAL, TRACING, TRACING];
  const misses = matchPrograms(POINTS, load(types));
  expect(POINTS.map((point) => misses.get(point))).toEqual([0, 3, 1, 4, 2]);
});

test('where the types are none that we know, the order alone has to do', () => {
  const misses = matchPrograms(POINTS, load([5, 2, 5, 2, 9]));
  expect(POINTS.map((point) => misses.get(point))).toEqual([0, 1, 2, 3, 4]);
});
