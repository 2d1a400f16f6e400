import { expect, test } from 'vitest';
import { type Findings, judge } from '../../scripts/endurance/judge.ts';
import { courseOf } from '../../scripts/endurance/memory.ts';
import { PluginUpdates, type Told } from '../../scripts/endurance/plugin-updates.ts';

const FLAT = { startMb: 90, middleMb: 100, endMb: 105 };

/** One update a second, each of ten more tasks. */
const TOLD: readonly Told[] = Array.from({ length: 10 }, (_, i) => ({
  second: 100 + i,
  missedBefore: 0,
  created: 10 * i,
  completeness: 100_000,
}));

/** One of the updates is not as the others. */
function withChange(at: number, different: Partial<Told>): Told[] {
  return TOLD.map((one, i) => (i === at ? { ...one, ...different } : one));
}

const SEEN = new Map(
  TOLD.map(({ second, created }) => [second, { low: 5_000 + created, high: 5_001 + created }]),
);

const GOOD: Findings = {
  told: TOLD,
  seen: SEEN,
  late: new Set(),
  node: FLAT,
  bpftrace: FLAT,
  log: [],
};

const failuresOf = (different: Partial<Findings>) =>
  judge({ ...GOOD, ...different }).flatMap(({ isGood, sentence }) => (isGood ? [] : [sentence]));

test('a run in which nothing is amiss is good', () => {
  expect(failuresOf({})).toEqual([]);
});

test.each<[string, Partial<Findings>, RegExp]>([
  ['memory that grows', { node: { ...FLAT, endMb: 111 } }, /^Node had 90.0 MB/],
  [
    'an update that never came',
    { told: withChange(4, { missedBefore: 1 }) },
    /1 missed, of which 0/,
  ],
  [
    'a count that lacks one',
    { told: withChange(9, { created: 88 }) },
    /^88 tasks created; the kernel's own number is from 89 to 91/,
  ],
  [
    'a count that lacked one for a while',
    { told: withChange(5, { created: 48 }) },
    /Of 10 seconds 1 lie outside/,
  ],
  [
    'an update that says so itself',
    { told: withChange(5, { completeness: 99_900 }) },
    /99.9 % at the lowest/,
  ],
  ['a line in the log', { log: ['bpftrace ended'] }, /logged 1 lines/],
  ['nobody who looked', { seen: new Map() }, /the witness saw no second/],
])('%s fails it', (_, different, sentence) => {
  const failures = failuresOf(different);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatch(sentence);
});

test('an update that is missed where the machine let nobody run is not ours', () => {
  expect(failuresOf({ told: withChange(4, { missedBefore: 1 }), late: new Set([104]) })).toEqual(
    [],
  );
});

test('updates are read from the lines of the plugin', () => {
  const updates = new PluginUpdates();
  const lines = [
    'BEGIN system.process_thread 1000000\nSET process = 7\nSET thread = 2\nEND',
    'BEGIN netdata.ebpf_processes_completeness 1000000\nSET completeness = 100000\nEND',
    'BEGIN apps.process_create 1000000\nSET other = 7\nEND',
    // A gap.
    'BEGIN system.process_thread 1000000\nEND',
    'BEGIN system.process_thread 2000000\nSET process = 8\nSET thread = 2\nEND',
  ];
  lines.forEach((update, i) => {
    for (const line of update.split('\n')) updates.take(line, 5_020 + i);
  });
  expect(updates.told).toEqual([
    { second: 5, missedBefore: 0, created: 9, completeness: undefined },
    // A gap of one second, then two, one of which is missing.
    { second: 8, missedBefore: 2, created: 10, completeness: 100_000 },
  ]);
});

test('the course of memory is that of medians, without the first tenth', () => {
  const readings = Array.from({ length: 100 }, (_, i) => (i < 10 ? 500 : i));
  expect(courseOf(readings.with(95, 9_999))).toEqual({ startMb: 15, middleMb: 50, endMb: 96 });
});
