import { expect, test } from 'vitest';
import { Ledger } from '../../src/scopes/ledger.ts';
import { toRecord } from './dumps.ts';

test('counts of one name add up, apart from those of another', () => {
  const ledger = new Ledger<string>();
  ledger.add('a', 'exec', 0, 2);
  ledger.add('b', 'exec', 0, 5);
  ledger.add('a', 'exec', 0, 1);
  ledger.add('a', 'error', 11, 4);
  ledger.add('a', 'error', 12, 1);
  expect([...ledger.entries].map(([name, counts]) => [name, toRecord(counts)])).toEqual([
    ['a', { exec: 3, error: 5, 'error:11': 4, 'error:12': 1 }],
    ['b', { exec: 5 }],
  ]);
});

test('names may be anything that objects have', () => {
  const ledger = new Ledger<string>();
  ledger.add('__proto__', 'constructor', 0, 1);
  expect(ledger.entries.get('__proto__')?.maps.get('constructor')).toBe(1);
});

test('a cleared ledger is empty', () => {
  const ledger = new Ledger<string>();
  ledger.add('a', 'exec', 0, 2);
  ledger.clear();
  expect(ledger.entries.size).toBe(0);
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
  expect([...ledger.entries].map(([name, counts]) => [name, toRecord(counts)])).toEqual([
    ['b', { exec: 7, error: 4, 'error:11': 4 }],
  ]);
});
