import { expect, test } from 'vitest';
import { parseUsage, readNodeUsage, readUsage } from '../../src/procfs/usage.ts';

test('fields begin behind the last parenthesis of the comm', () => {
  const stat = '7 (a) b) c) S 1 7 7 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 1 0 99 1 2';
  expect(parseUsage(stat, 'Name:\tx\nVmRSS:\t    1024 kB\n')).toEqual({
    cpuMs: 2_000,
    residentBytes: 1_048_576,
  });
  expect(parseUsage('7 (a) Z', '')).toBeUndefined();
});

test('of ourselves /proc says about what Node says', () => {
  const [ours, theirs] = [readNodeUsage(), readUsage('/proc/self')];
  expect(theirs?.residentBytes).toBeGreaterThan(ours.residentBytes / 2);
  expect(theirs?.cpuMs).toBeGreaterThan(0);
  expect(readUsage('/proc/none')).toBeUndefined();
});
