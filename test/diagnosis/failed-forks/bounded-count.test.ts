import { describe, expect, test } from 'vitest';
import { BoundedCount } from '../../../src/diagnosis/failed-forks/bounded-count.ts';

/** Read at 10-11: 5, at 20-21 and 30-31: 9, at 40-41: 12. */
function build(): BoundedCount {
  const count = new BoundedCount();
  count.note(5, 10, 11);
  count.note(9, 20, 21);
  count.note(9, 30, 31);
  count.note(12, 40, 41);
  return count;
}

describe('a number at a moment lies between the readings around it', () => {
  test.each([
    ['before the first one', 9, { low: 0, high: 5 }],
    ['while the first one is read', 10.5, { low: 0, high: 9 }],
    ['between two', 15, { low: 5, high: 9 }],
    ['between two of the same value', 25, { low: 9, high: 9 }],
    ['while a reading is under way that began before', 40.5, { low: 9, high: 12 }],
    ['after the last one', 50, { low: 12, high: 12 }],
  ])('%s', (_, moment, range) => {
    expect(build().at(moment, 0)).toEqual(range);
  });
});

test('only some readings are kept', () => {
  const count = new BoundedCount();
  for (let i = 0; i < 1000; i += 1) count.note(i, i, i);
  expect(count.at(10, 3)).toEqual({ low: 3, high: 992 });
  expect(count.latest).toBe(999);
});
