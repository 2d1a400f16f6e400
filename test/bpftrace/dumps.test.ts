import { describe, expect, test } from 'vitest';
import { type Dump, DumpReader } from '../../src/bpftrace/dumps.ts';
import type { Line } from '../../src/bpftrace/lines.ts';

const LOSSLESS = { lostEvents: 0, helperErrors: 0, brokenLines: 0, lostDumps: 0 };

const broken: Line = { kind: 'broken', text: '{"type": "map", "da' };

describe('a dump', () => {
  test('holds what stands between its begin and its end', () => {
    const { dumps, loss } = read([
      begin(7, 1000),
      scalar('exec', 3),
      { kind: 'keyed', map: 'error', entries: new Map([['22', 1]]) },
      end(7),
    ]);
    expect(dumps).toEqual([
      {
        period: 7,
        kernelNs: 1000,
        scalars: new Map([['exec', 3]]),
        keyed: new Map([['error', new Map([['22', 1]])]]),
        names: new Map(),
        cgroupEvents: [],
      },
    ]);
    expect(loss).toEqual(LOSSLESS);
  });

  test('may be empty', () => {
    expect(read([begin(7), end(7)]).dumps).toHaveLength(1);
  });

  test('takes no harm from messages that are no data', () => {
    const { dumps } = read([
      begin(7),
      { kind: 'other' },
      { kind: 'helper-error', text: 'map_update_elem: -7' },
      scalar('exec', 3),
      { kind: 'lost-events', events: 4 },
      end(7),
    ]);
    expect(dumps.map(execs)).toEqual([3]);
  });

  test('does not take in what stands outside, such as the final dump', () => {
    const { dumps } = read([scalar('exec', 1), ...whole(7, 2), scalar('exec', 3), end(7)]);
    expect(dumps.map(execs)).toEqual([2]);
  });
});

describe('a dump is dropped', () => {
  test.each<[string, Line[]]>([
    ['without a begin', [scalar('exec', 3), end(7)]],
    ['without an end', [begin(7), scalar('exec', 3)]],
    ['with the end of another one', [begin(7), scalar('exec', 3), end(8)]],
    ['with a broken line in it', [begin(7), broken, scalar('exec', 3), end(7)]],
    ['with a broken line for a begin', [broken, scalar('exec', 3), end(7)]],
    ['with a broken line for an end', [begin(7), scalar('exec', 3), broken]],
  ])('%s, and the next one is whole again', (_, lines) => {
    expect(read([...lines, ...whole(9, 4)]).dumps.map(execs)).toEqual([4]);
  });

  test('that lacks a map which an earlier one had', () => {
    const { dumps } = read([
      ...whole(1, 10),
      ...[begin(2), end(2)],
      ...whole(3, 12),
      ...[begin(4), scalar('released', 1), end(4)],
    ]);
    expect(dumps.map(execs)).toEqual([10, 12]);
  });

  test('and a map may appear later, when its first key does', () => {
    const errors: Line = { kind: 'keyed', map: 'error', entries: new Map([['22', 1]]) };
    const { dumps } = read([...whole(1, 1), begin(2), scalar('exec', 1), errors, end(2)]);
    expect(dumps.map((dump) => dump.keyed.size)).toEqual([0, 1]);
  });
});

describe('what is missing is counted', () => {
  test.each<[string, Line[], object]>([
    ['nothing', [...whole(1), ...whole(2), ...whole(3)], {}],
    ['a gap of two periods', [...whole(1), ...whole(4)], { lostDumps: 2 }],
    ['a dropped dump', [...whole(1), begin(2), end(2), ...whole(3)], { lostDumps: 1 }],
    [
      'a broken line and its dump',
      [...whole(1), begin(2), broken, end(2), ...whole(3)],
      { brokenLines: 1, lostDumps: 1 },
    ],
    ['broken lines outside of dumps', [broken, ...whole(1), broken], { brokenLines: 2 }],
    [
      'lost events, all of them',
      [{ kind: 'lost-events', events: 3 }, ...whole(1), { kind: 'lost-events', events: 4 }],
      { lostEvents: 7 },
    ],
    ['helper errors', [{ kind: 'helper-error', text: '' }, ...whole(1)], { helperErrors: 1 }],
    ['no gap before the first dump', [...whole(1_000_000)], {}],
  ])('%s', (_, lines, loss) => {
    expect(read(lines).loss).toEqual({ ...LOSSLESS, ...loss });
  });
});

describe('after a restart of bpftrace', () => {
  test('the half dump of the one before is not continued', () => {
    const reader = new DumpReader();
    push(reader, [begin(1), scalar('exec', 5)]);
    reader.restart();
    expect(push(reader, [end(1)])).toEqual([]);
  });

  test('a map may be missing until it is filled again', () => {
    const reader = new DumpReader();
    push(reader, [begin(1), scalar('exec', 5), scalar('released', 5), end(1)]);
    reader.restart();
    expect(push(reader, whole(2, 0)).map(execs)).toEqual([0]);
  });

  test('the periods without a dump are counted as lost', () => {
    const reader = new DumpReader();
    push(reader, whole(1));
    reader.restart();
    push(reader, whole(5));
    expect(reader.loss).toEqual({ ...LOSSLESS, lostDumps: 3 });
  });

  test('a dump of the same period as the last one skips none', () => {
    const reader = new DumpReader();
    push(reader, whole(1));
    reader.restart();
    expect(push(reader, [...whole(1), ...whole(2)])).toHaveLength(2);
    expect(reader.loss).toEqual(LOSSLESS);
  });
});

function begin(period: number, kernelNs = 0): Line {
  return { kind: 'begin', period, kernelNs };
}

function end(period: number): Line {
  return { kind: 'end', period };
}

function scalar(map: string, value: number): Line {
  return { kind: 'scalar', map, value };
}

function whole(period: number, exec = 0): Line[] {
  return [begin(period), scalar('exec', exec), end(period)];
}

function execs(dump: Dump): number | undefined {
  return dump.scalars.get('exec');
}

function push(reader: DumpReader, lines: readonly Line[]): Dump[] {
  return lines.map((line) => reader.push(line)).filter((dump) => dump !== undefined);
}

function read(lines: readonly Line[]) {
  const reader = new DumpReader();
  const dumps = push(reader, lines);
  return { dumps, loss: reader.loss };
}
