import { expect, test } from 'vitest';
import { buildEndingIndex } from '../../src/program/key/layout.ts';
import { Investigation } from '../../src/session/investigation.ts';
import { buildKey } from '../scopes/keys.ts';

test('a window that goes on after somebody asked is counted on', () => {
  const investigation = new Investigation(
    () => '/',
    { sees: 'none', root: '/dev/null' },
    () => 0,
  );
  const end = () =>
    investigation.take(
      buildKey({
        counter: 'process_exited',
        index: buildEndingIndex({ lifetime: 0, exitCode: 0 }),
      }),
      1,
      0,
    );
  end();
  investigation.open([], 0);
  end();
  expect(investigation.diagnose([], 0).lifetimes).toEqual([1, 0, 0, 0, 0, 0, 0]);
  end();
  expect(investigation.diagnose([], 0).lifetimes).toEqual([2, 0, 0, 0, 0, 0, 0]);
});

test('between two windows nothing is lost, and nothing is in both', () => {
  const investigation = new Investigation(
    () => '/',
    { sees: 'none', root: '/dev/null' },
    () => 0,
  );
  const create = (comm: string, count: number) =>
    investigation.take(buildKey({ counter: 'process_created', comm }), count, 0);
  const names = (cutNs: number) =>
    investigation.turn([], cutNs).forkers?.map(({ comm, created }) => [comm, created.processes]);
  investigation.open([], 0);
  create('a', 2);
  expect(names(1)).toEqual([['a', 2]]);
  create('a', 3);
  create('b', 4);
  expect(names(2)).toEqual([
    ['b', 4],
    ['a', 3],
  ]);
  expect(names(3)).toEqual([]);
});

test('a zombie is new in the window in which it was first seen', () => {
  const zombie = { id: 9, parent: 5, comm: 'x', startTicks: 1, hasThreads: false };
  const investigation = new Investigation(
    () => '/',
    { sees: 'none', root: '/dev/null' },
    () => 0,
  );
  investigation.open([], 0);
  const news = (cutNs: number) =>
    investigation.turn([zombie], cutNs).zombieParents?.map(({ newChildren }) => newChildren);
  expect(news(1)).toEqual([1]);
  expect(news(2)).toEqual([0]);
});
