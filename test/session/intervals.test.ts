import { expect, test } from 'vitest';
import type { CgroupState } from '../../src/scopes/state.ts';
import { periodOf, watchIntervals } from '../../src/session/intervals.ts';
import type { Session } from '../../src/session/session.ts';
import type { Snapshot, Window } from '../../src/session/snapshot.ts';
import { buildTotals, NO_COUNTERS, NO_LOSS } from '../builders.ts';

/** A session that yields these snapshots one after another; when they are over, the interrupt comes. */
function play(snapshots: readonly Snapshot[]) {
  const controller = new AbortController();
  const log: string[] = [];
  let i = -1;
  let failure: unknown;
  const next = async (wish: string): Promise<Snapshot> => {
    if (failure === undefined && i + 1 >= snapshots.length) controller.abort('told to end');
    if (failure !== undefined) throw failure;
    i += 1;
    log.push(`${wish} ${snapshots[i]?.wallMs}`);
    return snapshots[i] as Snapshot;
  };
  const session = {
    get latest() {
      return snapshots[i];
    },
    next: () => next('next'),
    openWindow: () => next('open'),
    turnWindow: () => next('turn'),
    abort: (reason: unknown) => {
      failure ??= reason;
    },
    scopes: {
      forgetCgroup: (key: string) => log.push(`forget ${key}`),
      walkCgroups: () => undefined,
    },
  };
  return { session: session as unknown as Session, signal: controller.signal, log };
}

function at(ms: number, cgroups: readonly CgroupState[] = []): Snapshot {
  return {
    wallMs: ms,
    totals: buildTotals({ process_created: ms }, { kernelNs: ms * 1e6 }),
    scopes: { apps: [], cgroups, dropped: NO_COUNTERS, unattributed: NO_COUNTERS },
    command: null,
    loss: NO_LOSS,
    diagnosis: null,
  };
}

function cgroup(key: string, isLive: boolean, exec: number): CgroupState {
  return {
    key,
    kind: 'cgroup',
    name: key,
    chartType: key,
    path: `/${key}`,
    isSettled: true,
    isRenamed: false,
    isLive,
    isApproximate: false,
    counters: { ...NO_COUNTERS, exec },
  };
}

async function collect(snapshots: readonly Snapshot[], intervalMs: number) {
  const { session, signal, log } = play(snapshots);
  const windows: Window[] = [];
  for await (const window of watchIntervals(session, intervalMs, signal)) windows.push(window);
  const edges = windows.map(({ open, close }) => [open.wallMs, close.wallMs]);
  return { windows, edges, log };
}

test('each window opens with the snapshot that closed the one before', async () => {
  const { windows, edges, log } = await collect([0, 1000, 2000, 3000, 4000].map(at0), 2000);
  expect(edges).toEqual([
    [0, 2000],
    [2000, 4000],
  ]);
  expect(windows[1]?.open).toBe(windows[0]?.close);
  expect(log).toEqual(['open 0', 'next 1000', 'turn 2000', 'next 3000', 'turn 4000']);
});

test('dumps that are early or late do not move the windows after them', async () => {
  const { edges } = await collect([100, 1090, 2110, 4600, 5105, 6099].map(at0), 1000);
  expect(edges).toEqual([
    [100, 1090],
    [1090, 2110],
    [2110, 4600],
    [4600, 5105],
    [5105, 6099],
  ]);
});

test('an interrupt ends the stream; before the first window it is an error', async () => {
  expect((await collect([at(0)], 1000)).edges).toEqual([]);
  await expect(collect([], 1000)).rejects.toBe('told to end');
});

test('what ends the session ends the stream', async () => {
  const { session } = play([at(0), at(1000)]);
  const windows = watchIntervals(session, 1000, new AbortController().signal);
  expect((await windows.next()).done).toBe(false);
  session.abort(new Error('a bug'));
  await expect(windows.next()).rejects.toThrow('a bug');
});

test('a cgroup that is gone is forgotten after a window in which it did nothing', async () => {
  const live = cgroup('live', true, 1);
  const { windows, log } = await collect(
    [
      at(0, [live]),
      at(1000, [live, cgroup('a', false, 3)]),
      at(2000, [live, cgroup('a', false, 4)]),
      at(3000, [live, cgroup('a', false, 4)]),
      at(4000, [live, cgroup('a', true, 1)]),
    ],
    1000,
  );
  expect(log.filter((line) => line.startsWith('forget'))).toEqual(['forget a']);
  const seen = windows.map(({ close }) => close.scopes?.cgroups.map(({ key }) => key));
  expect(seen).toEqual([['live', 'a'], ['live', 'a'], ['live'], ['live', 'a']]);
  expect(windows[3]?.open).toBe(windows[2]?.close);
});

test.each([
  [100, 100],
  [1000, 1000],
  [2500, 2500 / 3],
  [60_000, 1000],
])('an interval of %i ms is a multiple of %f ms', (intervalMs, periodMs) => {
  expect(periodOf(intervalMs)).toBe(periodMs);
});

function at0(ms: number): Snapshot {
  return at(ms);
}
