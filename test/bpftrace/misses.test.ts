import { describe, expect, test } from 'vitest';
import { matchPrograms, parseProgram } from '../../src/bpftrace/misses.ts';

const POINTS = [
  'tracepoint:task:task_newtask',
  'fentry:acct_process',
  'tracepoint:sched:sched_process_exit',
  'fentry:cgroup_release',
  // As a program names the one that prints its dumps.
  'interval',
];
const [TRACEPOINT, INTERVAL, TRACING] = [5, 7, 26];

/** Loaded one after the other; each missed as many events as its place says. */
const load = (types: readonly number[]) =>
  types.map((type, i) => ({ id: 100 + i, type, misses: i }));

test('programs are those of the text, in its order', () => {
  const types = [TRACEPOINT, TRACING, TRACEPOINT, TRACING, INTERVAL];
  expect(matchPrograms(POINTS, load(types))).toEqual(new Map(POINTS.map((point, i) => [point, i])));
});

test('a bpftrace that loads in two passes loads fentry and kprobe last, and backwards', () => {
  const types = [TRACEPOINT, TRACEPOINT, INTERVAL, TRACING, TRACING];
  const misses = matchPrograms(POINTS, load(types));
  expect(POINTS.map((point) => misses?.get(point))).toEqual([0, 4, 1, 3, 2]);
  const both = [
    'kprobe:acct_process',
    'kprobe:cgroup_release',
    'kretprobe:kernel_clone',
    'interval',
  ];
  expect([...(matchPrograms(both, load([2, INTERVAL, 2, 2])) ?? [])]).toEqual([
    ['kretprobe:kernel_clone', 0],
    ['interval', 1],
    ['kprobe:cgroup_release', 2],
    ['kprobe:acct_process', 3],
  ]);
});

test('a raw tracepoint is a type of its own, or, as 0.27 loads it, one that knows types', () => {
  const raw = ['rawtracepoint:task_newtask', 'fentry:acct_process', 'interval'];
  for (const type of [17, TRACING]) {
    const misses = matchPrograms(raw, load([type, TRACING, INTERVAL]));
    expect(raw.map((point) => misses?.get(point))).toEqual([0, 1, 2]);
  }
});

test.each([
  ['of other types', [TRACEPOINT, 2, TRACEPOINT, 2, 9]],
  ['fewer', [TRACEPOINT, TRACING, TRACEPOINT, TRACING]],
])('programs that are %s than the attach points are nobody’s', (_, types) => {
  expect(matchPrograms(POINTS, load(types))).toBeUndefined();
});

describe('the record of a program', () => {
  const record = (misses: string) =>
    `pos:\t0\nprog_type:\t17\nprog_id:\t42\nrecursion_misses:\t${misses}\n`;

  test('tells what it is and what it missed', () => {
    expect(parseProgram(record('3'))).toEqual({ id: 42, type: 17, misses: 3 });
  });

  test.each(['', '-1', '1e5', '18446744073709551615'])('with %j misses is none', (misses) => {
    expect(() => parseProgram(record(misses))).toThrow('no recursion_misses in fdinfo');
  });
});
