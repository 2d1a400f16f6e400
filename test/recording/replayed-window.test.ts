import { describe, expect, test } from 'vitest';
import { reportOf } from '../../src/recording/report-of.ts';
import { RecordingWriter } from '../../src/recording/writer.ts';
import { buildCommandObservation } from '../report/observation.ts';
import { HEADER, record, replay, snapshotAt } from './recorded.ts';

const LINES = record([0, 1, 2, 3, 4, 5].map((seconds) => snapshotAt(seconds)));

const plus = (seconds: number) => ({ at: 'begin', seconds }) as const;

/** Seconds from the begin of the recording at which the window opens and closes, and the execs in it. */
function edgesOf(from: number | undefined, to: number | undefined) {
  const { open, close } = replay(LINES, {
    ...(from === undefined ? {} : { from: plus(from) }),
    ...(to === undefined ? {} : { to: plus(to) }),
  });
  const second = (kernelNs: number) => kernelNs / 1e9 - 1000;
  return [
    second(open.totals.kernelNs),
    second(close.totals.kernelNs),
    close.scopes?.apps.find(({ name }) => name === 'ssh')?.counters.exec,
    close.diagnosis?.programs?.[0]?.execs,
  ];
}

describe('the window of a range', () => {
  test.each([
    ['all of it', undefined, undefined, [0, 5, 5, 5]],
    ['a part, to the snapshot', 1, 3, [1, 3, 2, 2]],
    ['a part between snapshots, whole', 1.5, 2.5, [1, 3, 2, 2]],
    ['one that begins before the recording', -5, 2, [0, 2, 2, 2]],
    ['one that ends after it', 4, 50, [4, 5, 1, 1]],
    ['the first second', undefined, 0.1, [0, 1, 1, 1]],
  ])('is %s', (_, from, to, edges) => {
    expect(edgesOf(from, to)).toEqual(edges);
  });

  test.each([
    ['before it', -9, -5],
    ['at its begin', -9, 0],
    ['after it', 5, 9],
  ])('is refused where it lies %s, with the times that there are', (_, from, to) => {
    expect(() => edgesOf(from, to)).toThrow(
      'nothing was recorded then: the recording is from 2026-11-26T14:05:00.500Z to 2026-11-26T14:05:05.500Z',
    );
  });

  test('is refused where it ends before it begins', () => {
    expect(() => edgesOf(3, 3)).toThrow('--from must be before --to');
  });
});

describe('what is said of a window', () => {
  function withNotices(): string[] {
    const writer = new RecordingWriter(HEADER);
    return [
      writer.beginFile(),
      writer.snapshot(snapshotAt(0)),
      writer.notice('early'),
      writer.snapshot(snapshotAt(1)),
      writer.snapshot(snapshotAt(2)),
      writer.notice('late'),
      writer.snapshot(snapshotAt(3)),
      writer.end({ interrupted: true, command: buildCommandObservation() }),
    ];
  }

  test('is what was said in it, and what is said of all', () => {
    const notices = (from: number, to: number) =>
      replay(withNotices(), { from: plus(from), to: plus(to) }).notices;
    expect(notices(0, 1)).toEqual(['a warning', 'early']);
    expect(notices(1, 2)).toEqual(['a warning']);
    expect(notices(2, 3)).toEqual(['a warning', 'late']);
  });

  test('is how it ended, where it is the end, and the command, where it is all', () => {
    expect(replay(withNotices())).toMatchObject({ interrupted: true, command: { argv: ['true'] } });
    expect(replay(withNotices(), { from: plus(1) })).toMatchObject({
      interrupted: true,
      command: undefined,
    });
    expect(replay(withNotices(), { to: plus(2) })).toMatchObject({
      interrupted: false,
      command: undefined,
    });
  });

  test('is that the recording has no end, where the window goes to it', () => {
    const cut = LINES.slice(0, -1);
    expect(replay(cut).notices).toContain(
      'the recording has no end: it still goes on, or its last part is lost',
    );
    expect(replay(cut, { to: plus(3) }).notices).toEqual(['a warning']);
  });

  test('is what is broken and what is lost', () => {
    const broken = LINES.map((line, i) => (i === 3 ? 'x' : line));
    const { notices, close } = replay(broken);
    expect(close.totals.counters.exec).toBe(1);
    expect(notices).toContain('4 lines of the recording cannot be read');
    const long = record(Array.from({ length: 70 }, (_, i) => snapshotAt(i)));
    const lost = replay([...long.slice(0, 11), ...long.slice(12)]);
    expect(lost.close.totals.counters.exec).toBe(69);
    expect(lost.close.scopes?.apps[0]?.counters.exec).toBe(69);
    expect(lost.close.diagnosis?.programs?.[0]?.execs).toBe(18);
    expect(lost.notices.join()).toContain('51 snapshots of the recording are lost: the counts are');
  });

  test('is that another version recorded it', () => {
    const other = LINES.map((line) => line.replace('"program":"1.2.3"', '"program":"9"'));
    expect(replay(other).notices[0]).toBe('recorded by ebpf-processes 9, and shown by 1.2.3');
  });
});

describe('what is no recording', () => {
  test.each([
    ['nothing', [], 'the recording is empty'],
    ['garbage', ['\x7fELF'], 'this is not a recording of ebpf-processes'],
    ['another JSON', ['{"a":1}'], 'this is not a recording of ebpf-processes'],
    [
      'a recording of another format',
      ['{"recording":7}', '{"x":1}'],
      'the recording has version 7 of the format, and this program reads version 1',
    ],
    ['a begin alone', LINES.slice(0, 1), 'the recording holds no snapshot'],
  ])('%s', (_, lines, message) => {
    expect(() => replay(lines)).toThrow(message);
  });

  test('one whose numbers contradict each other', () => {
    const change = snapshotAt(5, { loss: { ...snapshotAt(5).loss, restarts: 0 } });
    const lines = record([snapshotAt(0, { loss: { ...change.loss, restarts: 3 } }), change]);
    expect(() => reportOf(replay(lines))).toThrow(
      'the numbers of the recording contradict each other',
    );
  });
});

test('time and totals that go back are left out, and told', () => {
  const { close, notices } = replay(
    record([snapshotAt(3), snapshotAt(4), snapshotAt(1), snapshotAt(5)]),
  );
  expect(close.totals.counters.exec).toBe(5);
  expect(notices).toContain('1 line of the recording cannot be read');
});
