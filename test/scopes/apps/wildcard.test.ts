import { expect, test } from 'vitest';
import { matchesWildcard, toWildcard } from '../../../src/scopes/apps/wildcard.ts';
import { fc, RUNS } from '../../property.ts';

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 10 });

test('an asterisk stands for any text', () => {
  fc.assert(
    fc.property(pattern, text, (pattern, text) => {
      const expected = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
      expect(matchesWildcard(toWildcard(pattern), text)).toBe(expected.test(text));
    }),
    { numRuns: 20 * RUNS },
  );
});

test('a text is looked at once, however many asterisks there are', () => {
  const wildcard = toWildcard(`${'a*'.repeat(5_000)}b`);
  for (let i = 0; i < 100; i += 1)
    expect(matchesWildcard(wildcard, 'a'.repeat(16_384))).toBe(false);
});
