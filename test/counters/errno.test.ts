import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { errnoName } from '../../src/counters/errno.ts';

test('an error has the name that the system gives it', () => {
  const named = Object.entries(constants.errno).filter(
    ([, errno]) => !errnoName(errno).startsWith('errno '),
  );
  expect(named.length).toBeGreaterThan(20);
  for (const [name, errno] of named) {
    // Two names of one number: the first one is the older.
    if (name !== 'EWOULDBLOCK' && name !== 'ENOTSUP') expect(errnoName(errno)).toBe(name);
  }
});

test.each([
  [0, 'errno 0'],
  [123, 'errno 123'],
  [511, 'errno 511'],
])('an error without a name is told by its number: %d', (errno, text) => {
  expect(errnoName(errno)).toBe(text);
});
