import { expect, test } from 'vitest';
import { Investigation } from '../../src/session/investigation.ts';
import { buildKey } from '../scopes/keys.ts';

test('a window that goes on after somebody asked is counted on', () => {
  const investigation = new Investigation(() => '/', '');
  const end = () => investigation.take(buildKey({ counter: 'process_exited', index: 1 }), 1, 0);
  end();
  investigation.open([]);
  end();
  expect(investigation.diagnose([]).lifetimes).toEqual({ ended: 1, shortLived: 1 });
  end();
  expect(investigation.diagnose([]).lifetimes).toEqual({ ended: 2, shortLived: 2 });
});
