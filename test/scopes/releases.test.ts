import { describe, expect, test } from 'vitest';
import { type EndedTasks, shareReleases } from '../../src/scopes/releases.ts';
import { fc } from '../property.ts';

const scope = (name: string, ended: number, recent = 0, zombies = 0): EndedTasks<string> => ({
  name,
  ended,
  recent,
  zombies,
});

describe('tasks that ended are released, but for those that wait', () => {
  test.each<[string, EndedTasks<string>[], number, Record<string, number>]>([
    ['none waits', [scope('a', 5), scope('b', 2)], 0, { a: 5, b: 2 }],
    ['all wait', [scope('a', 5), scope('b', 2)], 7, {}],
    ['the zombies that were seen wait', [scope('a', 5, 5), scope('b', 2, 0, 2)], 2, { a: 5 }],
    ['those that ended last wait', [scope('a', 5, 1), scope('b', 2, 2)], 2, { a: 5 }],
    ['beside the zombies', [scope('a', 5, 5), scope('b', 3, 0, 2)], 4, { a: 3, b: 1 }],
    ['no more zombies wait than ended', [scope('a', 1, 0, 9), scope('b', 5, 5)], 3, { b: 3 }],
    ['what ended before waits too, where nothing ended since', [scope('a', 5)], 3, { a: 2 }],
  ])('%s', (_, scopes, waiting, released) => {
    expect(Object.fromEntries(shareReleases(scopes, waiting))).toEqual(released);
  });

  test('as many as do not wait, never more than ended in a scope', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ ended: fc.nat(9), recent: fc.nat(9), zombies: fc.nat(9) })),
        fc.nat(40),
        (parts, waiting) => {
          const scopes = parts.map((part, i) => ({ ...part, name: i }));
          const released = shareReleases(scopes, waiting);
          const ended = scopes.reduce((sum, one) => sum + one.ended, 0);
          const all = [...released.values()].reduce((sum, count) => sum + count, 0);
          expect(all).toBe(Math.max(0, ended - waiting));
          for (const [i, count] of released) {
            expect(count).toBeGreaterThan(0);
            expect(count).toBeLessThanOrEqual(scopes[i]?.ended ?? 0);
          }
        },
      ),
    );
  });
});
