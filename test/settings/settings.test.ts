import { describe, expect, test } from 'vitest';
import { settingsSchema } from '../../src/settings/settings.ts';

test('an option that is not given has a default', () => {
  expect(settingsSchema.parse({})).toEqual({
    loadMode: 'entry',
    updateEverySeconds: 5,
    apps: false,
    appsGroupsFormat: 'auto',
    cgroups: false,
    pidTableSize: 32_768,
    typeFormat: 'auto',
    coReTracing: 'trampoline',
    mapsPerCore: true,
    realTime: false,
    lifetimeSeconds: 300,
  });
});

test('what is said is kept', () => {
  const said = { loadMode: 'return', updateEverySeconds: 86_400, bpftracePath: '/opt/bpftrace' };
  expect(settingsSchema.parse(said)).toMatchObject(said);
});

describe('is an error', () => {
  test.each([
    ['another load mode', { loadMode: 'both' }],
    ['no interval', { updateEverySeconds: 0 }],
    ['half a second', { updateEverySeconds: 0.5 }],
    ['more than a day', { updateEverySeconds: 86_401 }],
    ['no number', { updateEverySeconds: Number.NaN }],
    ['a name to be looked up in PATH', { bpftracePath: 'bpftrace' }],
    ['a map for fewer tasks than a small machine has', { pidTableSize: 63 }],
    ['no lifetime', { lifetimeSeconds: 0 }],
    ['an unknown key', { loadmode: 'return' }],
  ])('%s', (_, said) => {
    expect(settingsSchema.safeParse(said).success).toBe(false);
  });
});
