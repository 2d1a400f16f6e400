import { expect, test } from 'vitest';
import { boundPath } from '../../src/procfs/bounded-path.ts';
import { fc } from '../property.ts';
import { anyPath } from '../scopes/cgroups/paths.ts';

test.each([
  ['/', '/'],
  ['/a/b', '/a/b'],
  ['/a'.repeat(128), '/a'.repeat(128)],
  ['/a'.repeat(129), '/a'.repeat(128)],
  [`/${'n'.repeat(199)}`.repeat(5), `/${'n'.repeat(199)}`.repeat(5)],
  [`/${'n'.repeat(199)}`.repeat(6), `/${'n'.repeat(199)}`.repeat(5)],
  [`/${'n'.repeat(1_024)}`, '/'],
])('%s', (path, bounded) => {
  expect(boundPath(path)).toBe(bounded);
});

test('what is bounded is a cgroup above, short, and stays what it is', () => {
  const long = fc.tuple(anyPath, fc.nat(200)).map(([path, times]) => path.repeat(times) || '/');
  fc.assert(
    fc.property(long, (path) => {
      const bounded = boundPath(path);
      expect(bounded.length).toBeLessThanOrEqual(1_024);
      expect(bounded === '/' || `${path}/`.startsWith(`${bounded}/`)).toBe(true);
      expect(boundPath(bounded)).toBe(bounded);
    }),
  );
});
