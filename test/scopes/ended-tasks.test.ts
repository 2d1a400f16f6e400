import { describe, expect, test } from 'vitest';
import type { Unreaped } from '../../src/procfs/zombies.ts';
import { EndedTasks } from '../../src/scopes/ended-tasks.ts';
import { buildKey } from './keys.ts';

const SH = buildKey({ comm: 'sh', parent: 10 });
const NGINX = buildKey({ comm: 'nginx', parent: 10 });
const LONG_AGO = 100_000;

function unreaped(parts: Pick<Unreaped, 'id' | 'parent' | 'comm'>): Unreaped {
  return { startTicks: 1, hasThreads: false, ...parts };
}

describe('a release', () => {
  test('is of the task that ended under the same tag, however often', () => {
    const tasks = new EndedTasks();
    tasks.end('a', SH, 1);
    expect(tasks.release('a', 1)).toBe(SH);
    expect(tasks.release('a', 1)).toBe(SH);
    expect(tasks.release('b', 1)).toBeUndefined();
  });
});

describe('missing releases', () => {
  test('are of those that ended and were never released', () => {
    const tasks = new EndedTasks();
    tasks.end('a', SH, 5);
    tasks.end('b', NGINX, 2);
    tasks.release('a', 3);
    tasks.release('b', 2);
    expect(tasks.takeMissing(2, [], 0)).toEqual([{ key: SH, count: 2 }]);
    expect(tasks.hasOpen).toBe(false);
  });

  test('are of the group under which the first end was counted', () => {
    const tasks = new EndedTasks();
    tasks.end('7,1', SH, 1);
    tasks.noteGroup('7,1', 'shells');
    // The id was given again, to a task of another group, whose release is seen.
    tasks.end('7,1', NGINX, 1);
    tasks.noteGroup('7,1', 'web');
    tasks.release('7,1', 1);
    expect(tasks.takeMissing(1, [], 0)).toEqual([{ key: SH, group: 'shells', count: 1 }]);
  });

  test('are not of those that wait to be reaped', () => {
    const tasks = new EndedTasks();
    tasks.end('a', SH, 2);
    tasks.end('b', NGINX, 2);
    const waiting = [
      unreaped({ id: 1, parent: 10, comm: 'sh' }),
      unreaped({ id: 2, parent: 10, comm: 'sh' }),
      unreaped({ id: 3, parent: 10, comm: 'cron' }),
    ];
    expect(tasks.takeMissing(2, waiting, 0)).toEqual([{ key: NGINX, count: 2 }]);
  });

  test('are found by their id where the key has it', () => {
    const tasks = new EndedTasks();
    tasks.end('a', buildKey({ id: 7, comm: 'sh' }), 1);
    expect(tasks.takeMissing(1, [unreaped({ id: 7, parent: 99, comm: 'other' })], 0)).toEqual([]);
    expect(tasks.takeMissing(1, [unreaped({ id: 8, parent: 1, comm: 'sh' })], 0)).toHaveLength(1);
  });

  test('wait where more ended than are missing, until it is certain whose they were', () => {
    const tasks = new EndedTasks();
    tasks.end('a', SH, 2);
    tasks.end('b', NGINX, 2);
    expect(tasks.takeMissing(1, [], LONG_AGO)).toEqual([]);
    tasks.end('b', NGINX, 1);
    tasks.release('b', 2);
    // Those of `a` are long gone; that one of `b` may just be late.
    expect(tasks.takeMissing(1, [], LONG_AGO + 6_000)).toEqual([{ key: SH, count: 1 }]);
    expect(tasks.takeMissing(0, [], LONG_AGO + 6_000)).toEqual([]);
  });

  test('are never more than there were', () => {
    const tasks = new EndedTasks();
    tasks.end('a', SH, 5);
    tasks.takeMissing(0, [], LONG_AGO);
    tasks.takeMissing(0, [], LONG_AGO + 6_000);
    expect(tasks.takeMissing(3, [], LONG_AGO + 12_000)).toEqual([{ key: SH, count: 3 }]);
    tasks.forgetOpen();
    expect(tasks.takeMissing(3, [], LONG_AGO + 12_000)).toEqual([]);
  });
});

describe('what ended in a window and is not released', () => {
  test('is pending until it is, in the order in which tasks of one kind ended', () => {
    const tasks = new EndedTasks();
    tasks.end('a', SH, 2);
    tasks.close();
    tasks.end('a', SH, 3);
    tasks.end('b', NGINX, 1);
    expect(tasks.pending).toBe(2);
    tasks.release('a', 1);
    expect(tasks.pending).toBe(1);
    tasks.release('a', 2);
    expect(tasks.pending).toBe(0);
  });

  test('is not gone where several processes of one kind exist, whichever of them the kind is known by', () => {
    const tasks = new EndedTasks();
    for (const id of [101, 102, 0]) tasks.end('worker,2', buildKey({ id, comm: 'worker' }), 1);
    tasks.close();
    const existing = [101, 102, 103].map((id) => ({
      id,
      parent: 10,
      thread: id,
      comm: 'worker',
      startTicks: 1,
    }));
    expect(tasks.countGone(existing)).toBe(0);
    expect(tasks.countGone(existing.slice(1))).toBe(1);
    expect(tasks.takeMissing(1, existing.slice(1).map(unreaped), 0)).toMatchObject([{ count: 1 }]);
  });

  test('is gone where no such task exists any more', () => {
    const tasks = new EndedTasks();
    const OWN = buildKey({ id: 7, comm: 'own' });
    tasks.end('a', SH, 3);
    tasks.noteGroup('a', 'shells');
    tasks.end('b', NGINX, 1);
    tasks.end('c', OWN, 1);
    tasks.close();
    const existing = [
      // Its parent is gone, so it has another one by now.
      { id: 50, parent: 1, thread: 50, comm: 'sh', startTicks: 1 },
      { id: 7, parent: 1, thread: 8, comm: 'renamed', startTicks: 1 },
      { id: 51, parent: 1, thread: 51, comm: 'own', startTicks: 1 },
    ];
    expect(tasks.countGone(existing)).toBe(3);
    expect(tasks.takeGone(existing)).toEqual([
      { key: SH, group: 'shells', count: 2 },
      { key: NGINX, group: undefined, count: 1 },
    ]);
    expect(tasks.pending).toBe(2);
    expect(tasks.countGone(existing)).toBe(0);
  });
});
