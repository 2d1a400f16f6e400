import { describe, expect, test } from 'vitest';
import type { Counters } from '../../src/counters/counters.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { buildScopeList, buildScopes } from '../../src/report/build-scopes.ts';
import { reportSchema } from '../../src/report/report.ts';
import type { CgroupState } from '../../src/scopes/state.ts';
import { buildPlanFor } from '../builders.ts';
import {
  buildClose,
  buildCounters,
  buildObservation,
  buildScopesState,
  buildSnapshot,
} from './observation.ts';

const WANTS = { apps: true, cgroups: true };

const STATE = buildScopesState({
  apps: [app('other', { exec: 1 }), app('web', { exec: 5, errors: { 11: 2 } })],
  cgroups: [
    cgroup({ kind: 'root', name: 'system', path: '/' }, { exec: 2 }),
    cgroup({ kind: 'service', name: 'nginx', path: '/system.slice/nginx.service' }, { exec: 1 }),
    cgroup({ kind: 'cgroup', name: 'web\xff', path: '/web\xff' }, { exec: 3, errors: { 11: 2 } }),
  ],
  dropped: buildCounters({ exec: 2 }),
  unattributed: buildCounters({ exec: 4, released: 3 }),
});

test('the busiest scope comes first, and services are apart from cgroups', () => {
  const { apps, cgroups, services } = buildScopes(WANTS, STATE);
  expect(apps?.map(({ name, exec }) => [name, exec])).toEqual([
    ['web', 5],
    ['other', 1],
  ]);
  expect(cgroups?.map(({ name, path }) => [name, path])).toEqual([
    ['web\\xff', '/web\\xff'],
    ['root', '/'],
  ]);
  expect(services?.map(({ name, path }) => [name, path])).toEqual([
    ['nginx', '/system.slice/nginx.service'],
  ]);
});

test('no scope of the state is left out, so that each kind and the two rests add up', () => {
  const { apps, cgroups, services, dropped, unattributed } = buildScopes(WANTS, STATE);
  for (const scopes of [apps, [...(cgroups ?? []), ...(services ?? [])]]) {
    const parts = [...(scopes ?? []), dropped, unattributed];
    const sum = (read: (part: (typeof parts)[number]) => number | null | undefined) =>
      parts.reduce((all, part) => all + (read(part) ?? 0), 0);
    expect(sum((part) => part?.exec)).toBe(6 + 2 + 4);
    expect(sum((part) => part?.errors?.total)).toBe(2);
  }
  expect(dropped).toMatchObject({ exec: 2, released: 0 });
  expect(unattributed).toMatchObject({ exec: 4, released: 3 });
});

describe('what was not asked for is null', () => {
  test.each([
    ['without app groups', { apps: false, cgroups: true }, ['apps']],
    ['without cgroups', { apps: true, cgroups: false }, ['cgroups', 'services']],
  ])('%s', (_, wants, absent) => {
    const nulls = Object.entries(buildScopes(wants, STATE)).filter(([, scope]) => scope === null);
    expect(nulls.map(([name]) => name)).toEqual(absent);
  });

  test('where counts are not kept apart all of it is', () => {
    expect(Object.values(buildScopes(WANTS, null))).toEqual([null, null, null, null, null]);
  });
});

test('names decide between scopes that did the same', () => {
  const list = buildScopeList(['b', 'c', 'a'].map((name) => app(name, { exec: 1 })));
  expect(list.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

test('an event that is absent is null in every scope, and is no activity', () => {
  const { apps } = buildScopes(
    WANTS,
    buildScopesState({ apps: [app('a', { errors: null }), app('b', { errors: null, exec: 1 })] }),
  );
  expect(apps).toMatchObject([
    { name: 'b', errors: null },
    { name: 'a', errors: null },
  ]);
});

describe('a report with scopes', () => {
  const open = buildSnapshot({
    scopes: buildScopesState({
      apps: [app('web', { exec: 3 }), app('idle', { exec: 7 })],
      dropped: buildCounters({ exec: 1 }),
      unattributed: buildCounters({ exec: 1, released: 1 }),
    }),
  });
  const observation = buildObservation({
    plan: buildPlanFor({}, 'return', WANTS),
    wants: WANTS,
    open,
    close: buildClose({
      scopes: { ...STATE, apps: [...STATE.apps, app('idle', { exec: 7 })] },
    }),
  });

  test('matches its schema', () => {
    const report = buildReport(observation);
    expect(reportSchema.parse(report)).toEqual(report);
  });

  test('counts what happened in the window, and leaves out scopes in which nothing did', () => {
    const { apps, dropped, unattributed } = buildReport(observation);
    expect(apps?.map(({ name, exec }) => [name, exec])).toEqual([
      ['web', 2],
      ['other', 1],
    ]);
    expect(dropped).toMatchObject({ exec: 1 });
    expect(unattributed).toMatchObject({ exec: 3, released: 2 });
  });

  test('has none where they are not known at both edges of the window', () => {
    const { apps } = buildReport({ ...observation, open: buildSnapshot() });
    expect(apps).toBeNull();
  });
});

test('the errors of a scope are reported by name', () => {
  const [web] = buildScopeList([app('web', { errors: { 11: 2, 22: 1 } })]);
  expect(web?.errors).toEqual({ total: 3, by_errno: { EAGAIN: 2, EINVAL: 1 } });
});

function app(name: string, counters: Partial<Counters>) {
  return { name, isHidden: false, counters: buildCounters(counters) };
}

function cgroup(
  place: Pick<CgroupState, 'kind' | 'name' | 'path'>,
  counters: Partial<Counters>,
): CgroupState {
  return {
    ...place,
    key: place.path,
    chartType: 'cgroup_x',
    isSettled: true,
    isRenamed: false,
    isLive: true,
    isApproximate: false,
    counters: buildCounters(counters),
  };
}
