import { expect, test } from 'vitest';
import type { MapCounts } from '../../src/counters/map-counts.ts';
import { Ledger } from '../../src/scopes/ledger.ts';
import { NO_COUNTERS } from '../builders.ts';

test('counts of one name add up, apart from those of another', () => {
  const ledger = new Ledger<string>();
  ledger.add('a', 'exec', 0, 2);
  ledger.add('b', 'exec', 0, 5);
  ledger.add('a', 'exec', 0, 1);
  ledger.add('a', 'error', 11, 4);
  ledger.add('a', 'error', 12, 1);
  expect([...ledger.entries].map(([name, counts]) => [name, toPlain(counts)])).toEqual([
    ['a', { exec: 3, error: 5, 'error:11': 4, 'error:12': 1 }],
    ['b', { exec: 5 }],
  ]);
});

test('names may be anything that objects have', () => {
  const ledger = new Ledger<string>();
  ledger.add('__proto__', 'constructor', 0, 1);
  expect(ledger.entries.get('__proto__')?.maps.get('constructor')).toBe(1);
});

test('released tasks are counted by who ended, but for those that wait', () => {
  const ledger = new Ledger<string>();
  ledger.add('a', 'process_exited', 0, 5);
  ledger.add('b', 'thread_exited', 0, 2);
  expect(ledger.release(3, new Map([['b', 1]]))).toBe(4);
  expect(ledger.entries.get('a')?.maps.get('released')).toBe(3);
  expect(ledger.entries.get('b')?.maps.get('released')).toBe(1);
  // Nothing ended since: the zombie of b waits, and one of a.
  expect(ledger.release(2, new Map([['b', 1]]))).toBe(1);
  expect(ledger.entries.get('a')?.maps.get('released')).toBe(4);
});

test('counts that move to another name are added to its own', () => {
  const ledger = new Ledger<string>();
  ledger.add('a', 'exec', 0, 2);
  ledger.add('a', 'error', 11, 1);
  ledger.move('a', 'b');
  ledger.add('c', 'exec', 0, 5);
  ledger.add('c', 'error', 11, 3);
  ledger.move('c', 'b');
  ledger.move('nobody', 'b');
  expect([...ledger.entries].map(([name, counts]) => [name, toPlain(counts)])).toEqual([
    ['b', { exec: 7, error: 4, 'error:11': 4 }],
  ]);
});

function toPlain({ maps, errors }: MapCounts): Record<string, number> {
  const byErrno = [...errors].map(([errno, count]) => [`error:${errno}`, count]);
  return Object.fromEntries([...maps, ...byErrno]);
}

test('counters are built once, and anew where something was counted since', () => {
  const ledger = new Ledger<string>();
  let built = 0;
  const list = () =>
    ledger.list((counts) => {
      built += 1;
      return { ...NO_COUNTERS, exec: counts.maps.get('exec') ?? 0 };
    });
  ledger.add('a', 'exec', 0, 2);
  ledger.add('b', 'process_exited', 0, 5);
  const [before] = list();
  expect([before, built]).toEqual([['a', { ...NO_COUNTERS, exec: 2 }], 2]);
  list();
  expect(built).toBe(2);
  ledger.add('a', 'exec', 0, 1);
  expect([list()[0]?.[1].exec, built]).toEqual([3, 3]);
  // What was given away stays as it was.
  expect(before?.[1].exec).toBe(2);
  ledger.release(0, new Map());
  list();
  expect(built).toBe(4);
});
