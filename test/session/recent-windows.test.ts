import { expect, test } from 'vitest';
import { RecentWindows } from '../../src/session/recent-windows.ts';
import type { Window } from '../../src/session/snapshot.ts';
import { buildCounts } from '../netdata/snapshots.ts';
import { buildDiagnosis, buildScopesState, buildSnapshot } from '../report/observation.ts';

const at = (seconds: number, lifetimes: number[]) =>
  buildSnapshot({
    seconds,
    scopes: buildScopesState({ dropped: buildCounts({ exec: seconds }) }),
    diagnosis: buildDiagnosis({ lifetimes, programs: [], forkers: [] }),
  });

/** Windows from one of these moments to the next, in each of which one process ended. */
function follow(...moments: number[]): Window[] {
  const snapshots = moments.map((seconds) => at(seconds, [1, 0, 0, 0, 0, 0, 0]));
  return snapshots.slice(1).map((close, i) => ({ open: snapshots[i] ?? close, close }));
}

/** From when to when each is, and how many processes ended in it. */
function join(spanMs: number, windows: readonly Window[]) {
  const recent = new RecentWindows(spanMs);
  return windows.map((window) => {
    const { open, close } = recent.add(window);
    return [
      open.totals.kernelNs / 1e9,
      close.totals.kernelNs / 1e9,
      close.diagnosis?.lifetimes?.[0],
    ];
  });
}

test('the last windows are one, which is long enough as soon as it can be', () => {
  expect(join(3_000, follow(0, 1, 2.01, 3, 3.99, 5))).toEqual([
    [0, 1, 1],
    [0, 2.01, 2],
    [0, 3, 3],
    [1, 3.99, 3],
    [2.01, 5, 3],
  ]);
});

test('a window that is longer stands for itself', () => {
  expect(join(3_000, follow(0, 60, 120))).toEqual([
    [0, 60, 1],
    [60, 120, 1],
  ]);
});

test('counts of scopes begin with the first of them', () => {
  const recent = new RecentWindows(2_000);
  const joined = follow(10, 11, 12, 13).map((window) => recent.add(window));
  expect(joined.map(({ open }) => open.scopes?.dropped.exec)).toEqual([0, 0, 0]);
  expect(joined.map(({ close }) => close.scopes?.dropped.exec)).toEqual([1, 2, 2]);
});
