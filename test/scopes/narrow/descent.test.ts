import { expect, test } from 'vitest';
import { Descent } from '../../../src/scopes/narrow/descent.ts';

function build(ancestor: number, parents: Record<number, number>) {
  const asked: number[] = [];
  const descent = new Descent(ancestor, (id) => {
    asked.push(id);
    return parents[id];
  });
  return { descent, asked };
}

test('a process, its children and theirs descend from it', () => {
  const { descent } = build(10, { 10: 1, 11: 10, 12: 11, 20: 1 });
  const includes = (id: number, parent: number) => descent.includes({ id, parent }, 0);
  expect(includes(10, 1)).toBe(true);
  expect(includes(11, 10)).toBe(true);
  expect(includes(12, 11)).toBe(true);
  // Too young to have its id in the key.
  expect(includes(0, 12)).toBe(true);
  expect(includes(20, 1)).toBe(false);
  expect(includes(0, 20)).toBe(false);
  expect(includes(0, 99)).toBe(false);
});

test('everything but the kernel’s own threads descends from the first process', () => {
  const { descent } = build(1, { 10: 1, 2: 0, 30: 2 });
  expect(descent.includes({ id: 0, parent: 10 }, 0)).toBe(true);
  expect(descent.includes({ id: 0, parent: 30 }, 0)).toBe(false);
});

test('reused ids that make a circle end the search', () => {
  const { descent } = build(10, { 11: 12, 12: 11 });
  expect(descent.includes({ id: 0, parent: 11 }, 0)).toBe(false);
});

test('each process is looked at once in a dump, however deep the tree is', () => {
  const parents = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [i + 101, i + 100]));
  const { descent, asked } = build(100, parents);
  for (let id = 1_000; id > 100; id -= 1)
    expect(descent.includes({ id: 0, parent: id }, 7)).toBe(true);
  expect(asked.length).toBeLessThanOrEqual(900);
  expect(descent.includes({ id: 0, parent: 1_000 }, 8)).toBe(true);
  expect(asked.length).toBeGreaterThan(900);
});
