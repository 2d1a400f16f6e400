import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { buildCounts, buildScopes } from '../netdata/snapshots.ts';
import { buildCommandState, buildDiagnosis, buildSnapshot } from '../report/observation.ts';
import { read, record, snapshotAt } from './recorded.ts';

function snapshotsOf(lines: readonly string[]): (Snapshot | undefined)[] {
  return read(lines).flatMap((entry) => (entry.kind === 'snapshot' ? [entry.read()] : []));
}

const kindsOf = (lines: readonly string[]) => read(lines).map(({ kind }) => kind);

/** Names that are hard for objects, and for text. */
const anyName = fc.constantFrom(
  '__proto__',
  '-',
  '10',
  '2',
  '',
  'a',
  ':',
  'caf\xc3\xa9',
  '\x1b[2J',
);

const anyCounters = fc
  .record({ exec: fc.nat(9), errors: fc.dictionary(fc.constantFrom('11', '12'), fc.nat(9)) })
  .map(buildCounts);

const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    names: fc.uniqueArray(anyName),
    counters: fc.array(anyCounters, { minLength: 9, maxLength: 9 }),
    hasCommand: fc.boolean(),
    parents: fc.uniqueArray(fc.nat(5)),
    restarts: fc.nat(2),
  })
  .map(({ names, counters, hasCommand, parents, restarts }) => {
    const list = names.map((name, i) => ({ name, counters: counters[i] ?? buildCounts() }));
    const { loss, ...snapshot } = buildSnapshot();
    return {
      ...snapshot,
      loss: { ...loss, restarts },
      scopes: buildScopes({ apps: list.map((app) => ({ ...app, isHidden: false })) }),
      command: hasCommand ? buildCommandState({ comms: list }) : null,
      diagnosis: buildDiagnosis({
        zombieParents: parents
          .map((id) => ({
            id,
            comm: null,
            cgroup: null,
            children: id,
            newChildren: 0,
            oldestTicks: 1,
          }))
          .sort((a, b) => b.children - a.children),
        people: parents
          .map((id) => ({ id, comm: 'x', user: 'y', line: [`${restarts}`], ancestors: [] }))
          .sort((a, b) => a.id - b.id),
      }),
    };
  });

describe('a recording', () => {
  test('reads back as what was written, whatever comes after what', () => {
    fc.assert(
      fc.property(fc.array(anySnapshot, { maxLength: 8 }), (snapshots) => {
        expect(snapshotsOf(record(snapshots))).toEqual(snapshots);
      }),
    );
  });

  test('holds what changed, and now and then all', () => {
    const lines = record(Array.from({ length: 130 }, (_, i) => snapshotAt(i)));
    const whole = lines.flatMap((line, i) => (line.includes('"all":') ? [i - 1] : []));
    expect(whole).toEqual([0, 61, 122]);
    const size = (line: string | undefined) => line?.length ?? 0;
    expect(size(lines[5])).toBeLessThan(0.4 * size(lines[1]));
  });
});

describe('what cannot be read', () => {
  const lines = record(Array.from({ length: 70 }, (_, i) => snapshotAt(i)));

  test('is that line, and what builds on it, up to the next whole snapshot', () => {
    const damaged = lines.map((line, i) => (i === 3 ? line.slice(0, -5) : line));
    const kinds = kindsOf(damaged);
    expect(kinds.slice(0, 4)).toEqual(['header', 'snapshot', 'snapshot', 'broken']);
    expect(new Set(kinds.slice(4, 62))).toEqual(new Set(['broken']));
    expect(new Set(kinds.slice(62, -1))).toEqual(new Set(['snapshot']));
    expect(read(damaged)[62]).toMatchObject({ lost: 59 });
    expect(snapshotsOf(damaged).at(-1)).toEqual(snapshotAt(69));
  });

  test('is what builds on a line that is missing', () => {
    expect(kindsOf([...lines.slice(0, 3), ...lines.slice(4, 6)]).slice(3)).toEqual([
      'broken',
      'broken',
    ]);
  });

  test.each([
    ['no JSON', '{"n":'],
    ['no object', '[1]'],
    ['nothing', ''],
    ['a header without a plan', '{"recording":1,"program":"1"}'],
    ['a snapshot of no time', '{"n":0,"all":{"wallMs":-1}}'],
    ['a snapshot of a time that no clock shows', '{"n":0,"all":{"wallMs":1e300}}'],
    ['a number that is none', '{"n":1.5,"all":{"wallMs":1}}'],
    ['a notice that is no text', '{"notice":{}}'],
    ['an end without its parts', '{"end":{}}'],
  ])('is %s', (_, line) => {
    expect(kindsOf([line])).toEqual(['broken']);
  });

  test('is another version of the format', () => {
    expect(read(['{"recording":2,"anything":true}'])).toEqual([{ kind: 'foreign', version: 2 }]);
  });

  test('is a snapshot whose parts are not what they should be', () => {
    const entries = read(['{"n":0,"all":{"wallMs":5,"totals":"many"}}']);
    expect(entries).toMatchObject([{ kind: 'snapshot' }]);
    expect(snapshotsOf(['{"n":0,"all":{"wallMs":5,"totals":"many"}}'])).toEqual([undefined]);
  });

  test('is what is nested deeper than anything that is recorded', () => {
    const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`;
    const base = `{"n":0,"all":{"wallMs":1,"a":${deep}}}`;
    expect(kindsOf([base, `{"n":1,"new":{"a":${deep}}}`])).toEqual(['snapshot', 'broken']);
  });
});

test('a text for people loses what a terminal would obey', () => {
  const [header] = record([]);
  const [entry] = read([header?.replace('a warning', 'a\\u001b[2Jwarning') ?? '']);
  expect(entry).toMatchObject({ header: { notices: ['a�[2Jwarning'] } });
});
