import { expect, test } from 'vitest';
import { buildEndingIndex } from '../../../src/program/key/layout.ts';
import { EndingCounts } from '../../../src/scopes/command/endings.ts';
import { buildKey } from '../keys.ts';

const exit = (comm: string, lifetime: number | undefined, exitCode = 0) =>
  buildKey({ comm, counter: 'process_exited', index: buildEndingIndex({ lifetime, exitCode }) });

test('how processes ended, and how long they had lived, by name', () => {
  const counts = new EndingCounts();
  counts.take(exit('sh', 0), 5);
  counts.take(exit('sh', 1, 9), 1);
  counts.take(exit('sh', undefined, 3 << 8), 4);
  counts.take(exit('cc', 2), 1);
  counts.take(buildKey({ comm: 'sh', counter: 'exec' }), 7);
  expect(counts.of('sh')).toEqual({
    failures: [
      { exitCode: 3 << 8, count: 4 },
      { exitCode: 9, count: 1 },
    ],
    lifetimes: [5, 1, 0, 0, 0, 0, 0],
  });
  expect(counts.of('cc').lifetimes).toEqual([0, 0, 1, 0, 0, 0, 0]);
  expect(counts.of('make')).toEqual({ failures: [], lifetimes: [0, 0, 0, 0, 0, 0, 0] });
});

test('what was read does not change with what is counted later', () => {
  const counts = new EndingCounts();
  counts.take(exit('sh', 0, 9), 1);
  const before = counts.of('sh');
  counts.take(exit('sh', 0, 9), 1);
  expect(before).toMatchObject({ failures: [{ count: 1 }], lifetimes: [1, 0, 0, 0, 0, 0, 0] });
});

test('a command that renames itself without end keeps 2,000 names', () => {
  const counts = new EndingCounts();
  for (let i = 0; i < 2_010; i++) counts.take(exit(`n${i}`, 0), 1);
  const kept = Array.from({ length: 2_010 }, (_, i) => counts.of(`n${i}`).lifetimes[0]);
  expect(kept.filter((count) => count === 1)).toHaveLength(2_000);
});
