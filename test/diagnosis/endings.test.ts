import { expect, test } from 'vitest';
import { Endings } from '../../src/diagnosis/endings.ts';
import { buildEndingIndex } from '../../src/program/key/layout.ts';
import { buildKey } from '../scopes/keys.ts';

test('a process ends well, crashes, is killed, or fails', () => {
  const endings = new Endings();
  const take = (exitCode: number, count: number, counter = 'process_exited') =>
    endings.take(
      { ...buildKey(), counter, index: buildEndingIndex({ lifetime: 2, exitCode }) },
      count,
    );
  take(0, 100);
  take(11, 3);
  take(128 + 6, 4);
  take(9, 20);
  take(15, 1);
  take(3 << 8, 7);
  take(11, 50, 'thread_exited');
  expect(endings.counts).toEqual({ crashed: 7, killed: 21, failed: 7 });
});
