import { describe, expect, test } from 'vitest';
import { type Dump, DumpReader } from '../../src/bpftrace/dumps.ts';
import { parseLine } from '../../src/bpftrace/lines.ts';
import { readFixture, VERSIONS } from '../fixtures.ts';

describe.each(VERSIONS)('bpftrace %s', (version) => {
  test('prints dumps of the real program that are read whole', () => {
    const { text, dumps, loss } = readStream(version, 'dumps');
    expect(dumps).toHaveLength(text.match(/"end \d+/g)?.length ?? 0);
    expect(loss).toEqual({ lostEvents: 0, helperErrors: 0, brokenLines: 0, lostDumps: 0 });
    const [first] = dumps;
    expect(dumps.map(({ period }) => period)).toEqual(
      dumps.map((_, i) => (first?.period ?? 0) + i),
    );
  });

  test('counts three true and storm 20 5 3 7, which were run meanwhile', () => {
    const { dumps } = readStream(version, 'dumps');
    const scalars = Object.fromEntries(dumps.at(-1)?.scalars ?? []);
    // At least: other programs may have run while it was recorded.
    expect(scalars['process_created']).toBeGreaterThanOrEqual(24);
    expect(scalars['thread_created']).toBeGreaterThanOrEqual(5);
    expect(scalars['exec']).toBeGreaterThanOrEqual(7);
    expect(scalars['process_exited']).toBeGreaterThanOrEqual(24);
    expect(scalars['thread_exited']).toBeGreaterThanOrEqual(5);
    expect(dumps.at(-1)?.keyed.get('error')?.get('22')).toBe(7);
  });

  test('never lets a count fall from one dump to the next', () => {
    const { dumps } = readStream(version, 'dumps');
    for (const [i, { scalars }] of dumps.entries()) {
      for (const [map, before] of dumps[i - 1]?.scalars ?? []) {
        expect(scalars.get(map), map).toBeGreaterThanOrEqual(before);
      }
    }
  });

  test('has a full map, and says so or not, in dumps that are whole', () => {
    const { text, dumps, loss } = readStream(version, 'helper-error');
    expect(loss).toEqual({
      lostEvents: 0,
      helperErrors: text.match(/"helper_error"/g)?.length ?? 0,
      brokenLines: 0,
      lostDumps: 0,
    });
    const last = dumps.at(-1);
    expect(last?.keyed.get('key')?.size).toBe(16);
    expect(last?.scalars.get('event')).toBeGreaterThan(16);
  });

  test('prints hostile names, and every line stays one message', () => {
    const { text, dumps } = readStream(version, 'hostile-comm');
    for (const line of text.split('\n').filter((line) => line.startsWith('{'))) {
      expect(JSON.parse(line)).toHaveProperty('type');
    }
    const names = dumps.at(-1)?.keyed.get('by_comm');
    // 0.24 and later print "a,b" and "(a, b)" alike, and one of the two is lost: no name is a key of ours.
    expect(names?.size).toBe(/"@by_comm".*"a,b".*"a,b"/.test(text) ? 15 : 16);
    expect([...(names?.values() ?? [])].every((count) => count === 1)).toBe(true);
  });

  test('loses messages, says how many, and every line is read', () => {
    const { text, loss } = readStream(version, 'lost-events');
    const lost = [...text.matchAll(/"events": (\w+)/g)].map(([, events = '']) =>
      // 27 of 140: only 0.24 and later print 1b.
      events === '1b' ? 27 : Number(events),
    );
    expect(lost.length).toBeGreaterThan(0);
    expect(loss.lostEvents).toBe(lost.reduce((sum, events) => sum + events, 0));
    expect(loss.brokenLines).toBe(0);
  });
});

function readStream(version: string, name: string) {
  const text = readFixture(`streams/${version}-${name}.ndjson`);
  const reader = new DumpReader();
  const dumps: Dump[] = [];
  for (const line of text.split('\n')) {
    const dump = reader.push(parseLine(line));
    if (dump !== undefined) dumps.push(dump);
  }
  return { text, dumps, loss: reader.loss };
}
