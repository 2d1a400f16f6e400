import { expect, test } from 'vitest';
import { findOwnChild, readOwnId } from '../../src/procfs/own-child.ts';
import { plant } from '../host/views/plant.ts';

/** A /proc of the machine, in which we are process 4711, and our children have these innermost ids. */
function plantHost(children: Readonly<Record<number, string>>): string {
  const files = Object.entries(children).map(([id, ids]): [string, string] => [
    `/proc/${id}/status`,
    `Name:\tx\nNSpid:\t${ids}\nThreads:\t1\n`,
  ]);
  const list = Object.keys(children).map((id) => `${id} `);
  return plant(
    { '/proc/4711/task/4711/children': list.join(''), ...Object.fromEntries(files) },
    { '/proc/self': '4711' },
  );
}

test('a child has the id that we know where /proc shows our own pid namespace', () => {
  const root = plant({}, { '/proc/self': String(process.pid) });
  expect(findOwnChild(7, [root])).toBe(`${root}/proc/7`);
});

test('it has another where /proc shows the machine’s', () => {
  const root = plantHost({ 5001: '5001\t6', 5002: '5002\t7', 5003: '5003\t17' });
  expect(readOwnId(root)).toBe(4711);
  expect(findOwnChild(7, [plant({}), root])).toBe(`${root}/proc/5002`);
});

test.each([
  ['nobody is it', { 5001: '5001\t6' }],
  ['the kernel tells no innermost ids', { 5001: '' }],
  ['we have no children', {}],
])('it is nowhere where %s', (_, children) => {
  expect(findOwnChild(7, [plantHost(children)])).toBeUndefined();
});

test('it is nowhere where no /proc shows us', () => {
  expect(findOwnChild(7, [plant({}), '/dev/null'])).toBeUndefined();
  expect(readOwnId(plant({}, { '/proc/self': 'nobody' }))).toBeUndefined();
});
