import { expect, test } from 'vitest';
import { HeardNames } from '../../../src/scopes/tasks/heard.ts';

test('the last name comes first, and each is there once', () => {
  const heard = new HeardNames();
  expect(['a', 'b', 'a'].map((name) => heard.add(name))).toEqual([true, true, false]);
  expect(heard.names).toEqual(['b', 'a']);
});

test('of a program that renames itself without end the last names are kept', () => {
  const heard = new HeardNames();
  for (let i = 0; i < 100_000; i += 1) heard.add(`n${i}`);
  expect(heard.names).toHaveLength(15);
  expect(heard.names[0]).toBe('n99999');
  heard.execute('a');
  for (let i = 0; i < 100_000; i += 1) heard.add(`n${i}`);
  expect(heard.names).toHaveLength(16);
  expect(heard.names.slice(0, 2)).toEqual(['a', 'n99999']);
});

test('another program has no former names', () => {
  const heard = new HeardNames();
  heard.add('a');
  expect([heard.execute('b'), heard.execute('b')]).toEqual([true, false]);
  expect(heard.names).toEqual(['b']);
  // Of a thread, or of before: keys of one dump have no order.
  heard.add('a');
  expect(heard.names).toEqual(['b', 'a']);
});
