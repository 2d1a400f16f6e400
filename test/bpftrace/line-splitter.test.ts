import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from '../../src/bpftrace/line-splitter.ts';

test('lines are what lies between line breaks, however the text is cut into chunks', () => {
  const chunks = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n') }));
  fc.assert(
    fc.property(chunks, (parts) => {
      const splitter = new LineSplitter(1_000_000);
      const lines = parts.flatMap((part) => splitter.push(part));
      expect([...lines, splitter.takeRest()]).toEqual(parts.join('').split('\n'));
      expect(splitter.takeRest()).toBe('');
    }),
  );
});

test('a line that does not end is known by its length, and not kept', () => {
  const splitter = new LineSplitter(10);
  splitter.push('1234567890');
  expect(splitter.isTooLong).toBe(false);
  for (let i = 0; i < 1_000; i += 1) splitter.push('more');
  expect(splitter.isTooLong).toBe(true);
  expect(splitter.takeRest()).toBe('1234567890more');
  expect(splitter.isTooLong).toBe(false);
});

test('a line of 100 MB in chunks of 64 kB is joined in a moment', () => {
  const splitter = new LineSplitter(200_000_000);
  const chunk = 'x'.repeat(65_536);
  const startedAtMs = performance.now();
  for (let i = 0; i < 1_600; i += 1) splitter.push(chunk);
  const [line = ''] = splitter.push('\n');
  expect(line).toHaveLength(1_600 * 65_536);
  // Joining at each chunk copies 80 GB, in half a minute.
  expect(performance.now() - startedAtMs).toBeLessThan(5_000);
});
