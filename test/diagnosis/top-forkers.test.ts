import { describe, expect, test } from 'vitest';
import { TopForkers } from '../../src/diagnosis/top-forkers.ts';
import { fc } from '../property.ts';
import { buildKey, type KeyParts } from '../scopes/keys.ts';

/** Cgroup 1 is not known. */
const PATH_OF = (cgroup: string) =>
  new Map([
    ['2', '/a'],
    ['3', '/b'],
  ]).get(cgroup);

describe('the list of top forkers', () => {
  test('is by name and cgroup, with the processes that created most', () => {
    const forkers = take([
      [{ id: 5, comm: 'sh', cgroup: '1', counter: 'process_created' }, 3],
      [{ id: 6, comm: 'make', cgroup: '2', counter: 'process_created' }, 4],
      [{ id: 7, comm: 'make', cgroup: '2', counter: 'process_created' }, 9],
      [{ id: 6, comm: 'make', cgroup: '2', counter: 'thread_created' }, 2],
      [{ id: 6, comm: 'make', cgroup: '3', counter: 'process_created' }, 1],
    ]);
    expect(forkers.list(PATH_OF, 100)).toEqual([
      {
        comm: 'make',
        cgroup: '/a',
        created: { processes: 13, threads: 2 },
        processes: 2,
        busiest: [
          { id: 7, processes: 9, threads: 0 },
          { id: 6, processes: 4, threads: 2 },
        ],
      },
      {
        comm: 'sh',
        cgroup: null,
        created: { processes: 3, threads: 0 },
        processes: 1,
        busiest: [{ id: 5, processes: 3, threads: 0 }],
      },
      {
        comm: 'make',
        cgroup: '/b',
        created: { processes: 1, threads: 0 },
        processes: 1,
        busiest: [{ id: 6, processes: 1, threads: 0 }],
      },
    ]);
  });

  test('adds up to what was created', () => {
    const created = fc.record({
      id: fc.integer({ min: 1, max: 9 }),
      comm: fc.constantFrom('a', 'b', 'a b'),
      cgroup: fc.constantFrom('1', '2', '1 a'),
      counter: fc.constantFrom('process_created', 'thread_created', 'exec', 'process_exited'),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(created, fc.integer({ min: 1, max: 5 }))), (keys) => {
        const total = keys
          .filter(([{ counter }]) => counter.endsWith('_created'))
          .reduce((sum, [, count]) => sum + count, 0);
        const told = take(keys)
          .list(PATH_OF, 1000)
          .map(({ created: { processes, threads } }) => processes + threads);
        expect(told.reduce((sum, count) => sum + count, 0)).toBe(total);
        expect(told).toEqual(told.toSorted((a, b) => b - a));
      }),
    );
  });

  test('has no number of processes where these are too many to remember, but has the busiest', () => {
    const many = Array.from({ length: 60_000 }, (_, i): [KeyParts, number] => [
      { id: i + 1, counter: 'process_created' },
      i === 7 ? 100 : 1,
    ]);
    const [first] = take(many).list(PATH_OF, 100);
    expect(first).toMatchObject({ created: { processes: 60_099 }, processes: null });
    expect(first?.busiest[0]).toEqual({ id: 8, processes: 100, threads: 0 });
  });

  test('has the busiest, where there are too many names to remember', () => {
    const many = Array.from({ length: 30_000 }, (_, i): [KeyParts, number] => [
      { comm: `n${i}`, counter: 'process_created' },
      i === 7 ? 100 : 1,
    ]);
    const all = take(many).list(PATH_OF, 30_000);
    expect(all.length).toBeLessThanOrEqual(20_000);
    expect(all[0]).toMatchObject({ comm: 'n7', created: { processes: 100 } });
    // What comes last is there from its first key on.
    expect(all.map(({ comm }) => comm)).toContain('n29999');
  });

  test('has no more names than were asked for', () => {
    const keys = ['a', 'b', 'c'].map((comm, i): [KeyParts, number] => [
      { comm, counter: 'process_created' },
      i + 1,
    ]);
    expect(
      take(keys)
        .list(PATH_OF, 2)
        .map(({ comm }) => comm),
    ).toEqual(['c', 'b']);
  });
});

test('after a reset it counts from zero', () => {
  const forkers = take([[{ id: 1, counter: 'process_created' }, 1]]);
  forkers.reset();
  expect(forkers.list(PATH_OF, 100)).toEqual([]);
});

function take(keys: readonly (readonly [KeyParts, number])[]): TopForkers {
  const forkers = new TopForkers();
  for (const [key, count] of keys) forkers.take(buildKey(key), count);
  return forkers;
}
