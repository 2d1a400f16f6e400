import { expect, test } from 'vitest';
import { completeSettings } from '../../src/settings/settings.ts';

test('an option that is not given has a default', () => {
  expect(completeSettings({})).toEqual({
    loadMode: 'entry',
    updateEverySeconds: 5,
    apps: false,
    appsGroupsFormat: 'auto',
    cgroups: false,
    charts: 'contract',
    pidTableSize: 32_768,
    typeFormat: 'auto',
    coReTracing: 'trampoline',
    mapsPerCore: true,
    realTime: false,
    onRequest: false,
    lifetimeSeconds: 300,
  });
});

test('what is said is kept', () => {
  const said = { loadMode: 'return', updateEverySeconds: 86_400, bpftracePath: '/opt/b' } as const;
  expect(completeSettings(said)).toMatchObject(said);
});
