import { expect, test } from 'vitest';
import { buildEndingIndex } from '../../src/program/key/layout.ts';
import { Investigation } from '../../src/session/investigation.ts';
import { buildKey } from '../scopes/keys.ts';

test('a window that goes on after somebody asked is counted on', () => {
  const investigation = new Investigation(
    () => '/',
    '',
    () => 0,
  );
  const end = () =>
    investigation.take(
      buildKey({
        counter: 'process_exited',
        index: buildEndingIndex({ lifetime: 0, exitCode: 0 }),
      }),
      1,
      0,
    );
  end();
  investigation.open([], 0);
  end();
  expect(investigation.diagnose([], 0).lifetimes).toEqual([1, 0, 0, 0, 0, 0, 0]);
  end();
  expect(investigation.diagnose([], 0).lifetimes).toEqual([2, 0, 0, 0, 0, 0, 0]);
});
