import { describe, expect, test } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import { buildScopeList, buildScopes } from '../../src/report/build-scopes.ts';
import { reportSchema } from '../../src/report/report.ts';
import { buildPlanFor, buildTotals, TRACEPOINTS_6_15 } from '../builders.ts';
import { buildAttributor, buildDump } from '../scopes/dumps.ts';
import { buildObservation } from './observation.ts';

const PLAN = buildPlanFor({}, 'return', { apps: true, cgroups: true });
const WANTS = { apps: true, cgroups: true };
const NONE_SKIPPED = { exec: 0, released: 0 };

test('scopes are told with the busiest first, and services apart from cgroups', () => {
  const { apps, cgroups, services } = build();
  expect(apps?.map(({ name, exec }) => [name, exec])).toEqual([
    ['web', 5],
    ['shell', 2],
    ['other', 1],
  ]);
  expect(cgroups?.map(({ name, path }) => [name, path])).toEqual([
    ['c2', '/c2'],
    ['root', '/'],
  ]);
  expect(services?.map(({ name, path }) => [name, path])).toEqual([
    ['s100', '/system.slice/s100.service'],
  ]);
});

test('for each counter the scopes of a kind and the rests add up to the system', () => {
  const { apps, cgroups, services, unattributed } = build({ exec: 4, released: 3 });
  for (const scopes of [apps, [...(cgroups ?? []), ...(services ?? [])]]) {
    const parts = [...(scopes ?? []), unattributed?.overflow, unattributed?.unknown];
    const sum = (read: (part: (typeof parts)[number]) => number | null | undefined) =>
      parts.reduce((all, part) => all + (read(part) ?? 0), 0);
    expect(sum((part) => part?.exec)).toBe(10 + 4);
    expect(sum((part) => part?.released)).toBe(3);
    expect(sum((part) => part?.errors?.total)).toBe(2);
  }
});

test('what the kernel skipped is nobody’s', () => {
  const { unattributed } = build({ exec: 4, released: 3 });
  expect(unattributed).toMatchObject({
    overflow: { exec: 2, released: 0 },
    unknown: { exec: 4, released: 3 },
  });
});

describe('what was not asked for is null', () => {
  test.each([
    ['without app groups', { apps: false, cgroups: true }, ['apps']],
    ['without cgroups', { apps: true, cgroups: false }, ['cgroups', 'services']],
  ])('%s', (_, wants, absent) => {
    const scopes = buildScopes(PLAN, wants, attribute(), NONE_SKIPPED);
    const nulls = Object.entries(scopes).filter(([, scope]) => scope === null);
    expect(nulls.map(([name]) => name)).toEqual(absent);
  });

  test('where counts are not kept apart all of it is', () => {
    const scopes = buildScopes(PLAN, WANTS, undefined, NONE_SKIPPED);
    expect(Object.values(scopes)).toEqual([null, null, null, null]);
  });
});

test('names decide between scopes that did the same', () => {
  const counts = { maps: new Map([['exec', 1]]), errors: new Map() };
  const list = buildScopeList(PLAN, new Map(['b', 'c', 'a'].map((name) => [name, counts])));
  expect(list.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

test('a event that is absent is null in every scope, and is no activity', () => {
  const plan = buildPlanFor({ tracepoints: TRACEPOINTS_6_15 }, 'entry', { apps: true });
  const { apps, unattributed } = buildScopes(plan, WANTS, attribute(), NONE_SKIPPED);
  expect(apps?.map(({ errors }) => errors)).toEqual([null, null, null]);
  expect(unattributed?.overflow.errors).toBeNull();
});

test('a report with scopes is of its own schema, and tells what was skipped in its window', () => {
  const report = buildReport(
    buildObservation({
      plan: PLAN,
      wants: WANTS,
      attributor: attribute(),
      open: buildTotals({}, { corrected: { exec: 1, released: 1 } }),
      close: buildTotals({}, { corrected: { exec: 3, released: 2 } }),
      settled: buildTotals({}, { corrected: { exec: 9, released: 6 } }),
    }),
  );
  expect(reportSchema.parse(report)).toEqual(report);
  expect(report.unattributed?.unknown).toMatchObject({ exec: 2, released: 5 });
});

function build(skipped = NONE_SKIPPED) {
  return buildScopes(PLAN, WANTS, attribute(), skipped);
}

/** Ten execs, of which two have no key, and two refused creations. */
function attribute() {
  const attributor = buildAttributor();
  const dump = buildDump({
    scalars: { exec: 10 },
    errors: { 11: 2 },
    keys: [
      [{ comm: 'sh', cgroup: '1' }, 2],
      [{ comm: 'nginx', cgroup: '2' }, 4],
      [{ comm: 'nginx', cgroup: '100' }, 1],
      [{ comm: 'x', cgroup: '2' }, 1],
      [{ comm: 'nginx', cgroup: '100', counter: 'error', index: 11 }, 2],
    ],
  });
  attributor.take(dump, 0, 0);
  return attributor;
}
