import { describe, expect, test } from 'vitest';
import { fc } from '../../property.ts';
import { buildKey } from '../keys.ts';
import { grow, live } from './grow.ts';

const LIST = 'init: init\nssh: sshd\nbuild: make *gradle*\ncron: cron';

const RECHECK_MS = 5_000;

describe('a task belongs to', () => {
  test('the group of its own pattern before that of its parent', () => {
    const { tree } = grow(LIST, { 10: { comm: 'cron' }, 20: { comm: 'sshd', parent: 10 } });
    expect(tree.groupOf(buildKey({ id: 20, comm: 'sshd', parent: 10 }), 0)).toBe('ssh');
    expect(tree.groupOf(buildKey({ comm: 'sshd', parent: 10 }), 0)).toBe('ssh');
  });

  test('the group that its command line matches, where it lived long enough to be read', () => {
    const { tree } = grow(LIST, { 20: { comm: 'java', cmdline: 'java\0-jar\0gradle.jar\0' } });
    expect(tree.groupOf(buildKey({ id: 20, comm: 'java' }), 0)).toBe('build');
    expect(tree.groupOf(buildKey({ comm: 'java' }), 0)).toBe('other');
  });

  test('the group of its parent, or of whoever is next above that', () => {
    const { tree } = grow(LIST, { 10: { comm: 'cron' }, 20: { comm: 'sh', parent: 10 } });
    expect(tree.groupOf(buildKey({ comm: 'date', parent: 10 }), 0)).toBe('cron');
    expect(tree.groupOf(buildKey({ comm: 'date', parent: 20 }), 0)).toBe('cron');
    expect(tree.groupOf(buildKey({ id: 20, comm: 'sh', parent: 10 }), 0)).toBe('cron');
  });

  test('the group of a grandparent that is dead, where its creation of the parent was seen', () => {
    const { tree } = grow(LIST, {});
    tree.note(buildKey({ id: 100, comm: 'make', parent: 1, counter: 'process_created' }), 0);
    tree.note(buildKey({ id: 200, comm: 'sh', parent: 100, counter: 'process_created' }), 0);
    expect(tree.groupOf(buildKey({ comm: 'cc', parent: 200 }), 0)).toBe('build');
  });

  test('other, where nobody above it is known', () => {
    const { tree } = grow(LIST, {});
    expect(tree.groupOf(buildKey({ comm: 'cc', parent: 200 }), 0)).toBe('other');
  });

  test('other below init, which passes nothing on', () => {
    const { tree } = grow(LIST, { 1: { comm: 'init', parent: 0 }, 20: { comm: 'sh', parent: 1 } });
    expect(tree.groupOf(buildKey({ id: 20, comm: 'sh', parent: 1 }), 0)).toBe('other');
    expect(tree.groupOf(buildKey({ comm: 'sh', parent: 1 }), 0)).toBe('other');
    expect(tree.groupOf(buildKey({ id: 1, comm: 'init', parent: 0 }), 0)).toBe('init');
  });

  test('other in a circle that reused ids make', () => {
    const { tree } = grow(LIST, {});
    tree.note(buildKey({ id: 10, comm: 'a', parent: 20 }), 0);
    tree.note(buildKey({ id: 20, comm: 'b', parent: 10 }), 0);
    expect(tree.groupOf(buildKey({ comm: 'c', parent: 10 }), 0)).toBe('other');
  });
});

describe('an id that was given to another process', () => {
  test('is told by a key of another name', () => {
    const { tree } = grow(LIST, {});
    tree.note(buildKey({ id: 10, comm: 'make' }), 0);
    expect(tree.groupOf(buildKey({ parent: 10, comm: 'x' }), 0)).toBe('build');
    tree.note(buildKey({ id: 10, comm: 'cron' }), 1);
    expect(tree.groupOf(buildKey({ parent: 10, comm: 'x' }), 1)).toBe('cron');
  });

  test('is told by its start, once what /proc said is old', () => {
    const { tree, processes } = grow(LIST, {
      10: { comm: 'sh', parent: 20 },
      20: { comm: 'make' },
    });
    const child = buildKey({ parent: 10, comm: 'x' });
    expect(tree.groupOf(child, 0)).toBe('build');
    processes.set(10, live({ comm: 'sh', parent: 30, startTicks: 9 }));
    processes.set(30, live({ comm: 'cron' }));
    expect(tree.groupOf(child, RECHECK_MS - 1)).toBe('build');
    expect(tree.groupOf(child, RECHECK_MS)).toBe('cron');
  });

  test('does not hide who had it when the key was made', () => {
    const { tree } = grow(LIST, { 10: { comm: 'cron', parent: 40 } });
    tree.note(buildKey({ id: 10, comm: 'make', parent: 30 }), 0);
    expect(tree.groupOf(buildKey({ parent: 10, comm: 'x' }), 0)).toBe('build');
  });
});

test('a process that executed another program is of its group once /proc is read again', () => {
  const { tree, processes } = grow(LIST, { 10: { comm: 'make' } });
  const child = buildKey({ parent: 10, comm: 'x' });
  expect(tree.groupOf(child, 0)).toBe('build');
  processes.set(10, live({ comm: 'cron' }));
  expect(tree.groupOf(child, RECHECK_MS - 1)).toBe('build');
  expect(tree.groupOf(child, RECHECK_MS)).toBe('cron');
});

test('what was known of a process stays true after its death', () => {
  const { tree, processes } = grow(LIST, { 10: { comm: 'make' } });
  const child = buildKey({ parent: 10, comm: 'x' });
  tree.groupOf(child, 0);
  processes.delete(10);
  expect(tree.groupOf(child, 2 * RECHECK_MS)).toBe('build');
});

describe('/proc is read for one process at most once in 5 s', () => {
  const step = fc.record({
    afterMs: fc.nat(3_000),
    id: fc.constantFrom(0, 10, 20, 30),
    parent: fc.constantFrom(10, 20, 30),
  });

  test('that lives', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { tree, reads } = grow(LIST, {
          10: { comm: 'sh', parent: 1 },
          20: { comm: 'sh', parent: 10 },
          30: { comm: 'sh', parent: 20 },
        });
        const parents = new Map([
          [10, 1],
          [20, 10],
          [30, 20],
        ]);
        let nowMs = 0;
        for (const { afterMs, id, parent } of steps) {
          nowMs += afterMs;
          const key = buildKey({ id, parent: parents.get(id) ?? parent });
          reads.nowMs = nowMs;
          tree.note(key, nowMs);
          tree.groupOf(key, nowMs);
        }
        for (const times of reads.times.values()) expectApart(times);
      }),
    );
  });

  test('that a key named before it ended', () => {
    const { tree, reads } = grow(LIST, {});
    tree.note(buildKey({ id: 10, comm: 'x', parent: 1 }), 0);
    for (reads.nowMs = 0; reads.nowMs < 12_000; reads.nowMs += 1_000) {
      tree.groupOf(buildKey({ comm: 'y', parent: 10 }), reads.nowMs);
    }
    expectApart(reads.times.get(10) ?? []);
  });

  test('that is gone, and that nobody named', () => {
    const { tree, reads } = grow(LIST, {});
    for (let i = 0; i < 5; i += 1) tree.groupOf(buildKey({ comm: 'y', parent: 10 }), 0);
    expectApart(reads.times.get(10) ?? []);
  });

  test('whose threads have names of their own', () => {
    const { tree, reads } = grow(LIST, { 10: { comm: 'java' } });
    for (reads.nowMs = 0; reads.nowMs < 4_000; reads.nowMs += 1_000) {
      for (const comm of ['java', 'pool-1-thread-1']) {
        tree.note(buildKey({ id: 10, comm }), reads.nowMs);
        tree.groupOf(buildKey({ id: 10, comm }), reads.nowMs);
      }
    }
    expectApart(reads.times.get(10) ?? []);
  });
});

test('one that was not heard of for 20 s is forgotten, and one that was asked for is not', () => {
  const { tree } = grow(LIST, {});
  tree.note(buildKey({ id: 10, comm: 'make' }), 0);
  tree.note(buildKey({ id: 20, comm: 'make' }), 0);
  tree.sweep(10_000);
  expect(tree.size).toBe(2);
  expect(tree.groupOf(buildKey({ parent: 20, comm: 'x' }), 15_000)).toBe('build');
  tree.sweep(21_000);
  expect(tree.size).toBe(1);
  expect(tree.groupOf(buildKey({ parent: 10, comm: 'x' }), 21_000)).toBe('other');
});

test('a key without an id says nothing of a process that could be remembered', () => {
  const { tree } = grow(LIST, {});
  tree.note(buildKey({ id: 0 }), 0);
  expect(tree.size).toBe(0);
});

function expectApart(times: readonly number[]): void {
  times.slice(1).forEach((time, i) => {
    expect(time - (times[i] ?? 0)).toBeGreaterThanOrEqual(RECHECK_MS);
  });
}
