import { expect, test } from 'vitest';
import { RecordingReader } from '../../src/recording/reader.ts';
import { ReplayedIntervals } from '../../src/recording/replayed-intervals.ts';
import type { Range } from '../../src/recording/replayed-window.ts';
import { reportOf } from '../../src/recording/report-of.ts';
import { record, snapshotAt } from './recorded.ts';

const SNAPSHOTS = Array.from({ length: 8 }, (_, seconds) => snapshotAt(seconds));

/** Seconds from the begin at which each window opens and closes, and the execs of the program in it. */
function split(lines: readonly string[], intervalSeconds: number, range: Partial<Range> = {}) {
  const reader = new RecordingReader();
  const intervals = new ReplayedIntervals(
    { from: undefined, to: undefined, ...range },
    intervalSeconds * 1_000,
  );
  const windows: (number | undefined)[][] = [];
  for (const line of lines) {
    const window = intervals.take(reader.push(line));
    if (window !== undefined) {
      const { start_uptime, seconds } = reportOf(intervals.observe(window)).window;
      const execs = window.close.diagnosis?.programs?.[0]?.execs;
      windows.push([start_uptime - 1_000, start_uptime - 1_000 + seconds, execs]);
    }
    if (intervals.isOver) break;
  }
  return windows;
}

const at = (seconds: number) => ({ at: 'begin', seconds }) as const;

test('windows follow one another without a hole', () => {
  const lines = record(SNAPSHOTS);
  expect(split(lines, 3)).toEqual([
    [0, 3, 3],
    [3, 6, 3],
  ]);
  expect(split(lines, 0)).toHaveLength(7);
});

test('they are those of the range, and its end closes the last one', () => {
  expect(split(record(SNAPSHOTS), 3, { from: at(1), to: at(5) })).toEqual([
    [1, 4, 3],
    [4, 5, 1],
  ]);
});

test('an interval is as long as what is lost in it', () => {
  const lines = record(SNAPSHOTS).filter((_, i) => i !== 4);
  expect(split(lines, 2)).toEqual([[0, 2, 2]]);
});
