import { expect, test } from 'vitest';
import { countCpus, countRanges, SYSFS_MAGIC } from '../../../src/host/views/cpus.ts';
import { plant } from './plant.ts';

test.each([
  ['0\n', 1],
  ['0-3\n', 4],
  ['0-3,8,10-11\n', 7],
  ['', 0],
  ['none', 0],
])('%j are %d CPUs', (text, count) => {
  expect(countRanges(text)).toBe(count);
});

test('those that run are the kernel’s, also where lxcfs shows fewer', () => {
  const root = plant({
    '/sys/devices/system/cpu/online': '0\n',
    '/sys/devices/system/cpu/present': '0-7\n',
  });
  expect(countCpus(root, () => SYSFS_MAGIC)).toBe(1);
  expect(countCpus(root, (path) => (path.endsWith('online') ? 0 : SYSFS_MAGIC))).toBe(8);
});

test('there is one at least, whatever can be read', () => {
  expect(countCpus(plant({}))).toBeGreaterThanOrEqual(1);
});
