import { describe, expect, test } from 'vitest';
import { HOSTILE_NAMES } from '../../scripts/recording/hostile-names.ts';
import { type Dump, DumpReader } from '../../src/bpftrace/dumps.ts';
import { parseLine } from '../../src/bpftrace/lines.ts';
import { parseTaskKey } from '../../src/program/key/parse.ts';
import type { ProgramLayout } from '../../src/program/layout.ts';
import { renderProgram } from '../../src/program/render.ts';
import { buildBpftrace, buildPlanFor } from '../builders.ts';
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

  test('counts each event of a keyed program once under a key and once in a total', () => {
    const { text, dumps, loss } = readStream(version, 'keyed-dumps');
    expect(dumps).toHaveLength(text.match(/"end \d+/g)?.length ?? 0);
    expect(loss).toEqual({ lostEvents: 0, helperErrors: 0, brokenLines: 0, lostDumps: 0 });
    const sums: Record<string, number> = {};
    for (const dump of dumps) {
      for (const [text, count] of dump.keyed.get('keys') ?? []) {
        const key = parseTaskKey(text);
        expect(key, text).toBeDefined();
        if (key !== undefined) sums[key.counter] = (sums[key.counter] ?? 0) + count;
      }
      for (const [counter, total] of dump.scalars) expect(sums[counter] ?? 0).toBe(total);
      const errors = [...(dump.keyed.get('error')?.values() ?? [])];
      expect(sums['error'] ?? 0).toBe(errors.reduce((sum, count) => sum + count, 0));
    }
    expect(sums['process_created']).toBeGreaterThanOrEqual(24 + HOSTILE_NAMES.length);
  });

  test('tells hostile names byte for byte in the keys of their ends', () => {
    const { dumps } = readStream(version, 'keyed-dumps');
    const keys = dumps.flatMap((dump) => [...(dump.keyed.get('keys')?.keys() ?? [])]);
    const names = new Set(keys.map((key) => parseTaskKey(key)?.comm));
    for (const name of HOSTILE_NAMES) expect(names).toContain(unescapeOctal(name));
  });

  test('tells the paths of cgroups that were made and removed, the begin of one that is too long', () => {
    const { dumps } = readStream(version, 'keyed-dumps');
    const events = dumps.flatMap((dump) => dump.cgroupEvents);
    const made = events.filter((event) => event.kind === 'made');
    const [hostile, outer, inner] = made.filter(({ path }) => path.startsWith('/recorded'));
    const outerPath = `/recorded-${'o'.repeat(191)}`;
    expect(hostile).toMatchObject({ path: '/recorded "\\,\xe9\x01', isCut: false });
    expect(outer).toMatchObject({ path: outerPath, isCut: false });
    // The program of 0.11, which cannot loop, keeps 36 words of six bytes, the others 64.
    const kept = version.startsWith('0.11') ? 216 : 384;
    expect(inner).toMatchObject({
      path: `${outerPath}/${'i'.repeat(200)}`.slice(0, kept),
      isCut: true,
    });
    const removed = events.filter((event) => event.kind === 'removed').map(({ id }) => id);
    for (const one of [hostile, outer, inner]) expect(removed).toContain(one?.id);
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

/** `\\303` is a byte in octal, as a shell wants it. */
function unescapeOctal(name: string): string {
  return name.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

/** The product's own programs have a layout; those of the other cases are read as they are. */
function readStream(version: string, name: string) {
  const text = readFixture(`streams/${version}-${name}.ndjson`);
  const layout = layoutOf(version, name);
  const reader = new DumpReader();
  const dumps: Dump[] = [];
  for (const line of text.split('\n')) {
    const dump = reader.push(parseLine(line, layout));
    if (dump !== undefined) dumps.push(dump);
  }
  return { text, dumps, loss: reader.loss };
}

function layoutOf(version: string, name: string): ProgramLayout | undefined {
  if (!name.endsWith('dumps')) return undefined;
  const isKeyed = name === 'keyed-dumps';
  const facts = { bpftrace: buildBpftrace(version) };
  const plan = buildPlanFor(facts, 'return', { apps: isKeyed, cgroups: isKeyed });
  return renderProgram(plan).layout;
}
