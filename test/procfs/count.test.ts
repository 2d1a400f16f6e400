import { expect, test } from 'vitest';
import { toCount } from '../../src/procfs/count.ts';

test.each([
  ['0', 0],
  ['4194304', 4_194_304],
  ['007', 7],
  ['999999999999999', 999_999_999_999_999],
])('%s is a count', (text, count) => {
  expect(toCount(text)).toBe(count);
});

test.each([undefined, '', 'max', '-1', '1.5', '1e5', '0x10', ' 1', '1\n', '18446744073709551615'])(
  '%j is none',
  (text) => {
    expect(toCount(text)).toBeUndefined();
  },
);
