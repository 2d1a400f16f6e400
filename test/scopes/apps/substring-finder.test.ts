import { expect, test } from 'vitest';
import { SubstringFinder } from '../../../src/scopes/apps/substring-finder.ts';
import { fc, RUNS } from '../../property.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', '\xff'), minLength: 1, maxLength: 5 });
const text = fc.string({ unit: fc.constantFrom('a', 'b', '\xff'), maxLength: 30 });

test('finds the first of the texts that occur', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), text, (words, text) => {
      const place = words.findIndex((word) => text.includes(word));
      const finder = new SubstringFinder(words.map((text, place) => ({ text, place })));
      expect(finder.firstIn(text)).toBe(place < 0 ? Infinity : place);
    }),
    { numRuns: 10 * RUNS },
  );
});

test('keeps the lower place of two equal texts', () => {
  const finder = new SubstringFinder([
    { text: 'a', place: 7 },
    { text: 'a', place: 3 },
    { text: 'a', place: 5 },
  ]);
  expect(finder.firstIn('bab')).toBe(3);
});

test('takes no longer for many texts that begin alike than for one', () => {
  const many = new SubstringFinder(
    Array.from({ length: 5_000 }, (_, place) => ({ text: `${'a'.repeat(60)}${place}`, place })),
  );
  const long = 'a'.repeat(16_384);
  for (let i = 0; i < 400; i += 1) expect(many.firstIn(long)).toBe(Infinity);
  // Each text by itself would be 32 milliards of comparisons, for which the suite does not wait.
});
