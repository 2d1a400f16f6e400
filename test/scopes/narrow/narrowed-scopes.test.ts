import { expect, test } from 'vitest';
import type { ResolvedCgroup } from '../../../src/scopes/cgroups/resolved-cgroup.ts';
import { Descent } from '../../../src/scopes/narrow/descent.ts';
import { NarrowedScopes } from '../../../src/scopes/narrow/narrowed-scopes.ts';
import type { Wanted } from '../../../src/scopes/narrow/wanted.ts';
import { buildPlanFor } from '../../builders.ts';
import { buildScopesState } from '../../report/observation.ts';
import { buildKey, type KeyParts } from '../keys.ts';

const PATHS: Readonly<Record<string, string>> = { 5: '/web.service', 6: '/web.service/worker' };
const PARENTS: Readonly<Record<number, number>> = { 31: 30, 32: 31 };

function placeOf(path: string): ResolvedCgroup {
  const name = path.split('/')[1] ?? '';
  return { kind: 'service', name, chartType: `systemd_${name}`, path: `/${name}`, isSettled: true };
}

function build(wanted: Wanted) {
  const narrowed = new NarrowedScopes({
    wanted,
    plan: buildPlanFor(),
    descent: wanted.pid === undefined ? undefined : new Descent(wanted.pid, (id) => PARENTS[id]),
    pathOf: (id) => PATHS[id],
    readKin: (id) => (id === 99 ? undefined : { parent: PARENTS[id] ?? 1, user: id * 10 }),
    placeOf,
  });
  const take = (parts: KeyParts, count: number, app = 'other') => {
    const key = buildKey(parts);
    return narrowed.take(key, count, 0, { app, cgroup: placeOf(PATHS[key.cgroup] ?? '/') });
  };
  return { narrowed, take };
}

test.each<[string, Wanted, KeyParts, KeyParts]>([
  ['comm', { comm: 'a*' }, { comm: 'ab' }, { comm: 'b' }],
  ['user', { user: { name: 'x', id: 7 } }, { isOfUser: true }, {}],
  ['cgroup', { cgroup: 'web.service' }, { cgroup: '6' }, { cgroup: '7' }],
  ['cgroup by path', { cgroup: '/web.service/worker' }, { cgroup: '6' }, { cgroup: '5' }],
  ['process', { pid: 30 }, { parent: 32 }, { parent: 40 }],
  ['all of them', { comm: 'a', pid: 30 }, { comm: 'a', id: 30 }, { comm: 'a', id: 40 }],
])('takes what is wanted by %s, and nothing else', (_, wanted, yes, no) => {
  const { narrowed, take } = build(wanted);
  expect(take({ counter: 'exec', ...yes }, 3)).toBe(true);
  expect(take({ counter: 'exec', ...no }, 5)).toBe(false);
  expect(narrowed.state(buildScopesState()).total).toMatchObject({ exec: 3, process_created: 0 });
});

test('counts by app group and cgroup add up to the total, without releases', () => {
  const { narrowed, take } = build({ comm: 'sh' });
  take({ counter: 'exec', cgroup: '5' }, 3, 'one');
  take({ counter: 'exec', cgroup: '6' }, 4, 'two');
  take({ counter: 'error', index: 11 }, 2, 'two');
  const hidden = { name: 'two', isHidden: true, counters: buildScopesState().dropped };
  const { total, apps, cgroups } = narrowed.state(buildScopesState({ apps: [hidden] }));
  expect(total).toMatchObject({ exec: 7, errors: { 11: 2 }, released: null });
  expect(apps.map(({ name, isHidden, counters }) => [name, isHidden, counters.exec])).toEqual([
    ['one', false, 3],
    ['two', true, 4],
  ]);
  expect(cgroups.map(({ name, counters }) => [name, counters.exec])).toEqual([
    ['web.service', 7],
    ['', 0],
  ]);
});

test('a parent of zombies is looked up: its user and its parents', () => {
  const parent = { id: 31, comm: 'sh', cgroup: '/web.service/x' };
  const isWanted = (wanted: Wanted, different = {}) =>
    build(wanted).narrowed.isWantedProcess({ ...parent, ...different }, 0);
  expect(isWanted({ comm: 'sh' })).toBe(true);
  expect(isWanted({ comm: 'sh' }, { comm: null })).toBe(false);
  expect(isWanted({ user: { name: 'x', id: 310 } })).toBe(true);
  expect(isWanted({ user: { name: 'x', id: 7 } })).toBe(false);
  expect(isWanted({ user: { name: 'x', id: 990 } }, { id: 99 })).toBe(false);
  expect(isWanted({ pid: 30 })).toBe(true);
  expect(isWanted({ pid: 8 })).toBe(false);
  expect(isWanted({ cgroup: 'web.service' })).toBe(true);
  expect(isWanted({ cgroup: 'web.service' }, { cgroup: null })).toBe(false);
});
