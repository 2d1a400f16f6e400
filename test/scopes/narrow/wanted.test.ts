import { expect, test } from 'vitest';
import { buildCommTest, isInCgroup } from '../../../src/scopes/narrow/wanted.ts';

const service = { kind: 'service', name: 'web' } as const;

test.each([
  ['/a/b', '/a/b', true],
  ['/a/b', '/a/b/c', true],
  ['/a/b/', '/a/b', true],
  ['/a/b', '/a/bc', false],
  ['/a/b', '/a', false],
  ['/', '/anything', true],
  ['/', '/', true],
  ['web.service', '/system.slice/web.service', true],
  ['web.service', '/system.slice/web.service/worker', true],
  ['web.service', '/system.slice/web.services', false],
  ['system.slice/web.service', '/system.slice/web.service', false],
])('a cgroup %s has %s in it: %s', (wanted, path, isIn) => {
  expect(isInCgroup(wanted, [path])).toBe(isIn);
});

test('a cgroup is known by the name under which it is shown', () => {
  expect(isInCgroup('web', ['/system.slice/x.service'], service)).toBe(true);
  expect(isInCgroup('we', ['/system.slice/x.service'], service)).toBe(false);
  expect(isInCgroup('root', ['/'], { kind: 'root', name: '' })).toBe(true);
  expect(isInCgroup('root', ['/a'], service)).toBe(false);
});

test('of a cgroup that is not known nothing is in any', () => {
  expect(isInCgroup('/a', [undefined, null])).toBe(false);
  expect(isInCgroup('a', [undefined])).toBe(false);
  expect(isInCgroup('/', [undefined])).toBe(false);
});

test.each([
  ['sh', 'sh', true],
  ['sh', 'bash', false],
  ['*sh', 'bash', true],
  ['php-fpm*', 'php-fpm: pool w', true],
  ['a-name-longer-than-the-kernel-keeps', 'a-name-longer-t', true],
  ['a-name-longer-than-the-kernel-keeps', 'a-name-longer-x', false],
])('the name %s describes %s: %s', (wanted, comm, isThat) => {
  expect(buildCommTest(wanted)(comm)).toBe(isThat);
});
