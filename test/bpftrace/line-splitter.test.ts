import { expect, test } from 'vitest';
import { LineSplitter } from '../../src/bpftrace/line-splitter.ts';
import { fc } from '../property.ts';

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

test('joining a line takes time that is linear in its length', () => {
  const chunk = 'x'.repeat(65_536);
  const join = (chunks: number) => {
    const splitter = new LineSplitter(1_000_000_000);
    const before = process.cpuUsage();
    for (let i = 0; i < chunks; i += 1) splitter.push(chunk);
    const [line = ''] = splitter.push('\n');
    // Reads every byte, so that none is left for later.
    expect(line.lastIndexOf('y')).toBe(-1);
    // Of our own CPU: others may be running.
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const fastest = (chunks: number) => Math.min(...[0, 1, 2].map(() => join(chunks)));
  // Where each chunk copies what came before, 16 times as much takes 256 times as long.
  expect(fastest(1_600)).toBeLessThan(100 * fastest(100));
});
