import { beforeEach, describe, expect, test } from 'vitest';
import { ChartTypes, type Claim } from '../../../src/scopes/cgroups/chart-types.ts';
import { nameCgroup } from '../../../src/scopes/cgroups/name-cgroup.ts';
import { fc } from '../../property.ts';
import { anyPath } from './paths.ts';

test('who comes first has the type that it wants; another one has a hash of its path behind it', () => {
  const types = new ChartTypes({ isLive: () => true });
  expect(types.give('cgroup_my_group', '/my_group')).toBe('cgroup_my_group');
  expect(types.give('cgroup_my_group', '/my group')).toBe('cgroup_my_group_3ef0d933');
  expect(types.give('cgroup_my_group', '/my_group')).toBe('cgroup_my_group');
  expect(types.give('cgroup_my_group', '/my group')).toBe('cgroup_my_group_3ef0d933');
});

test('the type of a cgroup that is gone may be had again, as by a container that is made anew', () => {
  const live = new Set(['/docker/old']);
  const types = new ChartTypes({ isLive: (path) => live.has(path) });
  expect(types.give('cgroup_web', '/docker/old')).toBe('cgroup_web');
  live.clear();
  live.add('/docker/new');
  expect(types.give('cgroup_web', '/docker/new')).toBe('cgroup_web');
  // Its last events.
  expect(types.give('cgroup_web', '/docker/old')).toBe('cgroup_web');
  expect(types.give('cgroup_web', '/docker/third')).not.toBe('cgroup_web');
});

test('who gets a better name leaves its old one to others', () => {
  const types = new ChartTypes({ isLive: () => true });
  expect(types.give('cgroup_0123456789ab', '/docker/0123')).toBe('cgroup_0123456789ab');
  expect(types.give('cgroup_web', '/docker/0123')).toBe('cgroup_web');
  expect(types.give('cgroup_0123456789ab', '/0123456789ab')).toBe('cgroup_0123456789ab');
});

describe('of two that Netdata writes alike', () => {
  const HASHED = /^cgroup_k__se_[0-9a-f]{8}$/;
  let claims: Record<string, Claim>;
  let lost: number;
  let types: ChartTypes;
  const give = (path: string) => types.give('cgroup_k__se', path);
  beforeEach(() => {
    claims = {};
    lost = 0;
    types = new ChartTypes({
      isLive: () => true,
      claimOf: (path) => claims[path] ?? 'unknown',
      onLost: () => {
        lost += 1;
      },
    });
    expect(give('/käse')).toBe('cgroup_k__se');
    expect(give('/köse')).toMatch(HASHED);
  });

  test('the one that it draws has the type, and the other one has to ask again', () => {
    claims = { '/köse': 'drawn' };
    expect(give('/köse')).toBe('cgroup_k__se');
    expect(lost).toBe(1);
    expect(give('/käse')).toMatch(HASHED);
  });

  test.each([[['/käse', '/köse', '/käse']], [['/köse', '/käse', '/köse']]])(
    'the one that it draws has the type, asked for in the order %j, also when it draws the other one later',
    (order) => {
      for (const [drawn, taken] of [
        ['/köse', '/käse'],
        ['/käse', '/köse'],
      ] as const) {
        claims = { [drawn]: 'drawn', [taken]: 'taken' };
        for (const path of order) give(path);
        expect(give(drawn)).toBe('cgroup_k__se');
        expect(give(taken)).toMatch(HASHED);
      }
    },
  );
});

test('what is too long is cut, and has a hash so that two of them differ', () => {
  const types = new ChartTypes({ isLive: () => true });
  const wanted = `cgroup_${'x'.repeat(178)}`;
  const given = ['/a', '/b'].map((path) => types.give(wanted, path));
  expect(given.map((type) => type.length)).toEqual([184, 184]);
  expect(new Set(given).size).toBe(2);
  expect(types.give(wanted.slice(0, 184), '/c')).toBe(wanted.slice(0, 184));
  expect(new ChartTypes({ isLive: () => true, longest: 900 }).give(wanted, '/a')).toBe(wanted);
});

test('cgroups that are gone are forgotten when there are many', () => {
  const live = new Set(['/0', '/9999']);
  const types = new ChartTypes({ isLive: (path) => live.has(path) });
  for (let i = 0; i < 10_000; i += 1) types.give(`cgroup_${i}`, `/${i}`);
  expect(types.give('cgroup_0', '/0')).toBe('cgroup_0');
  expect(types.give('cgroup_9999', '/9999')).toBe('cgroup_9999');
  expect(types.give('cgroup_1', '/other')).toBe('cgroup_1');
});

test('cgroups with different paths have different types, safe and short', () => {
  // Few letters, so that many are alike once they are made safe.
  const alike = fc
    .string({
      unit: fc.constantFrom('a', 'A', '.', '-', '_', ' ', '='),
      minLength: 1,
      maxLength: 4,
    })
    .map((name) => `/${name}`);
  fc.assert(
    fc.property(fc.uniqueArray(fc.oneof(alike, anyPath), { maxLength: 60 }), (paths) => {
      const types = new ChartTypes({ isLive: () => true });
      const given = paths.map((path) => types.give(nameCgroup(path).chartId, path));
      expect(new Set(given).size).toBe(paths.length);
      for (const type of given) expect(type).toMatch(/^[a-z0-9_-]{1,184}$/);
    }),
  );
});
