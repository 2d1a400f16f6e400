import { describe, expect, test } from 'vitest';
import { buildKey } from '../keys.ts';
import { grow } from './grow.ts';

const LIST = 'db: mysqld\nweb: nginx*\nbuild: make\ncron: cron';
const CREATED = 'process_created';

describe('a thread’s name does not hide the process’s', () => {
  test('where /proc was read before it was heard', () => {
    const { tree } = grow(LIST, { 10: { comm: 'mysqld' } });
    tree.note(buildKey({ id: 10, comm: 'mysqld', counter: CREATED }), 0);
    expect(tree.groupOf(buildKey({ id: 10, comm: 'mysqld' }), 0)).toBe('db');
    for (let i = 0; i < 100; i += 1) {
      const key = buildKey({ id: 10, comm: `pool-1-${i}`, counter: CREATED });
      tree.note(key, 1);
      expect(tree.groupOf(key, 1)).toBe('db');
      expect(tree.groupOf(buildKey({ comm: 'sh', parent: 10 }), 1)).toBe('db');
    }
  });

  test('where the process has ended, and nobody read its /proc', () => {
    const { tree } = grow(LIST, {});
    const key = buildKey({ id: 10, comm: 'connection', counter: CREATED });
    tree.note(buildKey({ id: 10, comm: 'mysqld', counter: CREATED }), 0);
    tree.note(key, 0);
    expect(tree.groupOf(key, 0)).toBe('db');
  });

  test('where it is a pattern of another group', () => {
    const { tree } = grow(LIST, { 10: { comm: 'mysqld' } });
    const key = buildKey({ id: 10, comm: 'nginx-probe', counter: CREATED });
    tree.groupOf(key, 0);
    tree.note(key, 1);
    expect(tree.groupOf(key, 1)).toBe('db');
  });

  test('where it is an orphan by now', () => {
    const { tree } = grow(LIST, {});
    tree.note(buildKey({ id: 10, comm: 'mysqld', parent: 30, counter: CREATED }), 0);
    tree.note(buildKey({ id: 10, comm: 'worker', parent: 30, counter: CREATED }), 1);
    tree.note(buildKey({ id: 10, comm: 'worker', parent: 1, counter: CREATED }), 2);
    expect(tree.groupOf(buildKey({ id: 10, comm: 'worker' }), 2)).toBe('db');
  });
});

describe('of two names that patterns match', () => {
  test('the last one counts', () => {
    const { tree } = grow(LIST, {});
    tree.note(buildKey({ id: 10, comm: 'make', counter: CREATED }), 0);
    tree.note(buildKey({ id: 10, comm: 'cron', counter: CREATED }), 1);
    expect(tree.groupOf(buildKey({ id: 10, comm: 'make' }), 1)).toBe('cron');
  });

  test('an exec ends what the process was before', () => {
    const { tree } = grow(LIST, { 10: { comm: 'make' } });
    tree.note(buildKey({ id: 10, comm: 'make', counter: CREATED }), 0);
    expect(tree.groupOf(buildKey({ id: 10, comm: 'make' }), 0)).toBe('build');
    tree.note(buildKey({ id: 10, comm: 'sleep', counter: 'exec' }), 1);
    expect(tree.groupOf(buildKey({ id: 10, comm: 'sleep' }), 1)).toBe('other');
  });

  test('an exec that /proc tells does so too', () => {
    const { tree, processes } = grow(LIST, { 10: { comm: 'make' } });
    tree.note(buildKey({ id: 10, comm: 'make', counter: CREATED }), 0);
    tree.groupOf(buildKey({ id: 10, comm: 'make' }), 0);
    processes.set(10, { comm: 'sleep', parent: 1, cmdline: '', startTicks: 1 });
    expect(tree.groupOf(buildKey({ id: 10, comm: 'make' }), 5_000)).toBe('other');
  });
});

test('a program that renames itself before each fork costs the same for each', () => {
  const { tree } = grow(LIST, { 10: { comm: 'n' } });
  for (let i = 0; i < 100_000; i += 1) {
    const key = buildKey({ id: 10, comm: `n${i}`, counter: CREATED });
    tree.note(key, i / 2);
    tree.groupOf(key, i / 2);
  }
  // Ten milliards of names are copied where each one is kept, for which the suite does not wait.
  expect(tree.size).toBe(1);
});

test('a storm of processes that fork is remembered in part', () => {
  const { tree } = grow(LIST, {});
  for (let i = 0; i < 100_000; i += 1)
    tree.note(buildKey({ id: 100 + i, comm: 'make', counter: CREATED }), i / 10);
  expect(tree.size).toBeGreaterThanOrEqual(35_000);
  expect(tree.size).toBeLessThanOrEqual(40_000);
  expect(tree.groupOf(buildKey({ parent: 100_000, comm: 'x' }), 10_000)).toBe('build');
  expect(tree.groupOf(buildKey({ parent: 100, comm: 'x' }), 10_000)).toBe('other');
});
