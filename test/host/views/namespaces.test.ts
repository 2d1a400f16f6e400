import { expect, test } from 'vitest';
import { readNamespaces } from '../../../src/host/views/namespaces.ts';
import { FIRST_NAMESPACES } from '../../builders.ts';
import { FIRST_LINKS, plant } from './plant.ts';

test('all are the first where the kernel names them by its own numbers', () => {
  expect(readNamespaces(plant({}, FIRST_LINKS))).toEqual(FIRST_NAMESPACES);
});

test.each([
  ['user', 'user:[4026532199]'],
  ['time', 'time:[4026532199]'],
  ['cgroup', 'cgroup:[4026532199]'],
])('the %s namespace is nested where its number is another', (name, link) => {
  const links = { ...FIRST_LINKS, [`/proc/self/ns/${name}`]: link };
  expect(readNamespaces(plant({}, links))).toEqual({ ...FIRST_NAMESPACES, [name]: 'nested' });
});

test('the mount namespace is nested where that of process 1 is another', () => {
  const links = { ...FIRST_LINKS, '/proc/self/ns/mnt': 'mnt:[4026532199]' };
  expect(readNamespaces(plant({}, links)).mount).toBe('nested');
});

test('in a nested pid namespace process 1 tells nothing of the mount namespace', () => {
  const links = { ...FIRST_LINKS, '/proc/self/ns/pid': 'pid:[4026532199]' };
  expect(readNamespaces(plant({}, links))).toMatchObject({ pid: 'nested', mount: 'unknown' });
});

test('a kernel that has no time namespaces is in the first', () => {
  const { '/proc/self/ns/time': _, ...links } = FIRST_LINKS;
  expect(readNamespaces(plant({}, links)).time).toBe('first');
});

test('without /proc nothing is known', () => {
  const unknown = { pid: 'unknown', user: 'unknown', time: 'unknown' };
  expect(readNamespaces(plant({}))).toMatchObject(unknown);
});
