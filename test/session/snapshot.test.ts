import { describe, expect, test } from 'vitest';
import { subtractScopes } from '../../src/scopes/state.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { readSnapshot, snapshotSchema, writeSnapshot } from '../../src/session/snapshot-schema.ts';
import { ABSENT_COUNTERS, buildTotals, NO_COUNTERS, NO_LOSS } from '../builders.ts';
import { WHOLE_SNAPSHOT } from './whole-snapshot.ts';

const BARE: Snapshot = {
  wallMs: 0,
  totals: buildTotals(ABSENT_COUNTERS, { kernel: null }),
  scopes: null,
  command: null,
  loss: NO_LOSS,
  diagnosis: null,
};

test.each([
  ['with all that there can be', WHOLE_SNAPSHOT],
  ['with nothing', BARE],
])('a snapshot %s is written as JSON and read back as the same', (_, snapshot) => {
  const line = writeSnapshot(snapshot);
  expect(line).not.toContain('\n');
  expect(readSnapshot(line)).toEqual(snapshot);
  expect(writeSnapshot(readSnapshot(line))).toBe(line);
});

describe('what is not a snapshot is an error', () => {
  test.each<[string, object]>([
    ['a part that is missing', { ...BARE, totals: undefined }],
    ['a count below 0', { ...BARE, loss: { ...NO_LOSS, restarts: -1 } }],
    ['a count that is no number', { ...BARE, loss: { ...NO_LOSS, restarts: '1' } }],
  ])('%s', (_, value) => {
    expect(snapshotSchema.safeParse(value).success).toBe(false);
  });
});

test('what a newer version adds is left out', () => {
  expect(readSnapshot(JSON.stringify({ ...BARE, more: 1 }))).toEqual(BARE);
});

test('between two states stand the scopes in which something happened', () => {
  const { scopes } = WHOLE_SNAPSHOT;
  if (scopes === null) throw new Error('the snapshot has scopes');
  const more = { ...NO_COUNTERS, exec: 5 };
  const later = {
    ...scopes,
    apps: [...scopes.apps, { name: 'new', isHidden: false, counters: more }],
    cgroups: scopes.cgroups,
    dropped: more,
  };
  expect(subtractScopes(later, scopes)).toEqual({
    apps: [{ name: 'new', isHidden: false, counters: more }],
    cgroups: [],
    dropped: more,
    unattributed: NO_COUNTERS,
  });
});
