import { expect, test } from 'vitest';
import { Seldom } from '../../src/procfs/seldom.ts';

test('what takes time is done in no more than 0.3 % of it', () => {
  let nowMs = 0;
  const seldom = new Seldom(() => nowMs);
  const take = (ms: number) =>
    seldom.run(() => {
      nowMs += ms;
      return 'done';
    });
  expect(take(3)).toBe('done');
  nowMs = 999;
  expect(take(3)).toBeUndefined();
  nowMs = 1_000;
  expect(take(0)).toBe('done');
  expect(take(3)).toBe('done');
});
