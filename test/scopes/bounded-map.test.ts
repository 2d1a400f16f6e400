import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedMap } from '../../src/scopes/bounded-map.ts';

const step = fc.tuple(fc.constantFrom('set', 'delete'), fc.nat(9));

test('forgets what was set longest ago, whatever was deleted between', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const map = new BoundedMap<number, number>(4);
      let expected: number[] = [];
      for (const [what, key] of steps) {
        expected = expected.filter((other) => other !== key);
        if (what === 'set') {
          map.set(key, key);
          expected = [...expected, key].slice(-4);
        } else {
          map.delete(key);
        }
        expect([...map]).toEqual(expected.map((other) => [other, other]));
        expect(map.size).toBe(expected.length);
      }
    }),
    { numRuns: 500 },
  );
});

test('to forget one costs the same in a large map', () => {
  const map = new BoundedMap<number, number>(50_000);
  for (let i = 0; i < 400_000; i += 1) map.set(i, i);
  // Half a minute is the suite's limit: where the oldest one is looked for from the begin, it takes a minute.
  expect(map.size).toBe(50_000);
});
