import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { BoundedMap } from '../../src/scopes/bounded-map.ts';
import { fc, RUNS } from '../property.ts';

const step = fc.tuple(fc.constantFrom('set', 'delete'), fc.nat(39));

test.each([
  { limit: 4, kept: 4 },
  { limit: 16, kept: 14 },
])(
  'with room for $limit, keeps the $kept that were set last, whatever was deleted between',
  ({ limit, kept }) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const map = new BoundedMap<number, number>(limit);
        let expected: number[] = [];
        for (const [what, key] of steps) {
          expected = expected.filter((other) => other !== key);
          if (what === 'set') {
            map.set(key, key);
            expected.push(key);
            if (expected.length > limit) expected = expected.slice(-kept);
          } else {
            map.delete(key);
          }
          expect([...map]).toEqual(expected.map((other) => [other, other]));
          expect(map.size).toBe(expected.length);
        }
      }),
      { numRuns: 2 * RUNS },
    );
  },
);

test('to forget one costs the same in a large map', () => {
  const map = new BoundedMap<number, number>(50_000);
  for (let i = 0; i < 400_000; i += 1) map.set(i, i);
  // Half a minute is the suite's limit: where the oldest one is looked for from the begin each time, it takes a minute.
  expect(map.size).toBeGreaterThan(43_000);
  expect(map.size).toBeLessThanOrEqual(50_000);
});

test('what was deleted is not kept in memory, however often the map grew meanwhile', () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const map = new BoundedMap<number, object>(100_000);
  const isGone = ((value: object) => {
    map.set(-1, value);
    const reference = new WeakRef(value);
    return () => reference.deref() === undefined;
  })({});
  for (let i = 0; i < 1_000; i += 1) map.set(i, {});
  map.delete(-1);
  // A reference that was just made or read holds until the end of the turn.
  return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    collect();
    expect(isGone()).toBe(true);
  });
});
