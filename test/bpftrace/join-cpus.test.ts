import { expect, test } from 'vitest';
import { joinCpus } from '../../src/bpftrace/join-cpus.ts';

const join = (entries: Readonly<Record<string, number>>) =>
  Object.fromEntries(joinCpus(new Map(Object.entries(entries))));

test('what each CPU counted of one number is one number', () => {
  expect(join({ 0: 7, 1: 5, 11: 1 })).toEqual({ '': 13 });
});

test('what each CPU counted under a key is one number of the key', () => {
  expect(join({ '11,0': 3, '22,0': 1, '11,1': 4 })).toEqual({ 11: 7, 22: 1 });
  expect(join({ '1,2,3,4,5,6,0': 3, '1,2,3,4,5,6,1': 4 })).toEqual({ '1,2,3,4,5,6': 7 });
});

test('nothing is nothing', () => {
  expect(join({})).toEqual({});
});
