import { describe, expect, test } from 'vitest';
import { JoinedDiagnosis } from '../../src/diagnosis/join.ts';
import { buildEndingIndex } from '../../src/program/key/layout.ts';
import { Investigation } from '../../src/session/investigation.ts';
import { JoinedWindow } from '../../src/session/joined-window.ts';
import { buildApp, buildCgroup, buildCounts, buildScopes } from '../netdata/snapshots.ts';
import { fc } from '../property.ts';
import { buildDiagnosis, buildEvidence, buildSnapshot } from '../report/observation.ts';
import { buildKey } from '../scopes/keys.ts';

const ending = (exitCode: number) => buildEndingIndex({ lifetime: 1, exitCode });

const anyKey = fc.record({
  // No process of these ids is there to be looked at.
  id: fc.integer({ min: 4_194_305, max: 4_194_315 }),
  comm: fc.constantFrom('sh', 'make', 'cc'),
  cgroup: fc.constantFrom('1', '2', '3'),
  counter: fc.constantFrom('process_created', 'thread_created', 'exec', 'process_exited'),
  exitCode: fc.constantFrom(0, 9, 256),
});

const anyStep = fc.array(fc.tuple(anyKey, fc.integer({ min: 1, max: 9 })), { maxLength: 12 });

function open(extent: 'page' | 'part'): Investigation {
  const pathOf = (cgroup: string) => (cgroup === '3' ? undefined : `/${cgroup}`);
  return new Investigation(pathOf, { sees: 'none', root: '/nothing' }, () => 0, undefined, extent);
}

/** Names that are equally frequent come in any order. */
function sorted(list: readonly unknown[] | null | undefined): string[] {
  return (list ?? []).map((entry) => JSON.stringify(entry)).sort();
}

describe('a diagnosis that is put together from parts', () => {
  test('is that of the whole window', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: 5 }), (steps) => {
        const whole = open('page');
        const parts = open('part');
        const joined = new JoinedDiagnosis(0);
        whole.open([], 0);
        parts.open([], 0);
        steps.forEach((keys, i) => {
          for (const [{ exitCode, ...key }, count] of keys) {
            const index = key.counter === 'process_exited' ? ending(exitCode) : 0;
            whole.take(buildKey({ ...key, index }), count, 0);
            parts.take(buildKey({ ...key, index }), count, 0);
          }
          joined.add(parts.turn([], (i + 1) * 1e9), (i + 1) * 1e9, true);
        });
        const expected = whole.diagnose([], steps.length * 1e9);
        const found = joined.diagnosis;
        expect(sorted(found?.forkers)).toEqual(sorted(expected.forkers));
        expect(sorted(found?.programs)).toEqual(sorted(expected.programs));
        expect(found?.lifetimes).toEqual(expected.lifetimes);
      }),
    );
  });

  test('counts a child as new that became a zombie in any of the windows and still is one', () => {
    const zombie = (id: number) => ({
      id,
      parent: 7,
      comm: 'x',
      startTicks: id,
      hasThreads: false,
    });
    const investigation = open('part');
    const all = new JoinedDiagnosis(1e9);
    const last = new JoinedDiagnosis(2e9);
    investigation.open([zombie(10)], 1e9);
    all.add(investigation.turn([zombie(10), zombie(11), zombie(12)], 2e9), 2e9, true);
    const close = investigation.turn([zombie(10), zombie(12), zombie(13)], 3e9);
    all.add(close, 3e9, true);
    last.add(close, 3e9, true);
    const counts = (joined: JoinedDiagnosis) =>
      joined.diagnosis?.zombieParents?.map(({ id, children, newChildren }) => [
        id,
        children,
        newChildren,
      ]);
    expect(counts(all)).toEqual([[7, 3, 2]]);
    expect(counts(last)).toEqual([[7, 3, 1]]);
  });

  test('adds up what the kernel counted at limits, and keeps the highest use', () => {
    const joined = new JoinedDiagnosis(0);
    const caller = {
      pid: 7,
      comm: 'sh',
      counts: { 11: 3 },
      user: 1000,
      unit: null,
      directory: '/c',
      hardLimit: null,
      limits: [{ cause: 'rlimit_nproc', errno: 11, name: null, limit: 9, used: 8 }],
    } as const;
    const hit = { directory: '/c', read: 3, limit: 9, used: 9 };
    joined.add(
      buildDiagnosis({
        failedForks: buildEvidence({
          pids: [{ ...hit, count: { low: 2, high: 3 } }],
          callers: [caller],
        }),
      }),
      1e9,
      true,
    );
    joined.add(
      buildDiagnosis({
        failedForks: buildEvidence({
          pids: [
            { ...hit, count: { low: 1, high: 1 }, used: undefined, limit: undefined, read: 1 },
          ],
          callers: [
            {
              ...caller,
              comm: 'gone',
              user: null,
              directory: null,
              counts: { 11: 1, 12: 4 },
              limits: [],
            },
          ],
        }),
      }),
      1e9,
      true,
    );
    expect(joined.diagnosis?.failedForks).toMatchObject({
      pids: [{ count: { low: 3, high: 4 }, read: 4, limit: 9, used: 9 }],
      callers: [{ ...caller, counts: { 11: 4, 12: 4 } }],
    });
  });
});

test('what was done in each window is one interval of the timeline', () => {
  const part = (created: number, execs: number) =>
    buildDiagnosis({
      forkers: [
        {
          comm: 'sh',
          cgroup: '/c',
          created: { processes: created, threads: 1 },
          processes: 0,
          busiest: [],
        },
      ],
      programs: [{ comm: 'sh', cgroup: '/c', execs, exited: 0, failures: [], parents: [] }],
      lifetimes: [],
    });
  const joined = new JoinedDiagnosis(1e9);
  joined.add(part(4, 2), 2e9, true);
  joined.add(part(5, 0), 3e9, false);
  expect(joined.diagnosis?.timeline).toMatchObject({
    edgesNs: [1e9, 2e9, 3e9],
    gaps: [1],
    programs: [{ comm: 'sh', cgroup: '/c', created: [5, 6], execs: [2, 0] }, { comm: null }],
  });
});

describe('the scopes of a window that is put together', () => {
  const state = (apps: number, old: number | undefined) =>
    buildScopes({
      apps: [buildApp('ssh', { exec: apps })],
      cgroups: old === undefined ? [] : [buildCgroup('/old', { exec: old })],
    });

  test('hold what was counted in a cgroup that was forgotten meanwhile, also after it came back', () => {
    const joined = new JoinedWindow(buildSnapshot({ scopes: state(5, 3) }));
    joined.add(buildSnapshot({ seconds: 1001, scopes: state(9, 7) }));
    joined.add(buildSnapshot({ seconds: 1002, scopes: state(9, undefined) }));
    joined.add(buildSnapshot({ seconds: 1003, scopes: state(10, 1) }));
    expect(joined.window?.close.scopes).toMatchObject({
      apps: [{ name: 'ssh', counters: { exec: 5 } }],
      cgroups: [{ path: '/old', counters: { exec: 5 } }],
    });
    expect(joined.window?.open.scopes).toEqual(buildScopes());
  });

  test('count a cgroup once whose name becomes known meanwhile', () => {
    const unsettled = buildCgroup('/docker/x', { exec: 4 }, { isSettled: false });
    const settled = buildCgroup(
      '/docker/x',
      { exec: 6 },
      { chartType: 'cgroup_web', key: 'cgroup_web' },
    );
    const joined = new JoinedWindow(
      buildSnapshot({ scopes: buildScopes({ cgroups: [unsettled] }) }),
    );
    joined.add(buildSnapshot({ seconds: 1001, scopes: buildScopes({ cgroups: [settled] }) }));
    expect(joined.window?.close.scopes?.cgroups).toMatchObject([
      { key: 'cgroup_web', counters: buildCounts({ exec: 2 }) },
    ]);
  });
});

test('there is no window before the second snapshot', () => {
  expect(new JoinedWindow(buildSnapshot()).window).toBeUndefined();
});
