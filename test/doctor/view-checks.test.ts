import { describe, expect, test } from 'vitest';
import { checkViews } from '../../src/doctor/view-checks.ts';
import type { HostFacts } from '../../src/host/facts.ts';
import { buildFacts, FIRST_NAMESPACES } from '../builders.ts';

/** State, finding and remedy of one check. */
function check(name: string, different: Partial<HostFacts> = {}) {
  const found = checkViews(buildFacts(different)).find((one) => one.name === name);
  return [found?.state, found?.finding, found?.remedy];
}

test('where everything is the machine’s own, each check is ok', () => {
  expect(checkViews(buildFacts()).map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(check('namespaces')).toEqual(['ok', "the machine's own", null]);
});

test('namespaces that are not are named', () => {
  const namespaces = {
    ...FIRST_NAMESPACES,
    pid: 'nested',
    time: 'nested',
    mount: 'unknown',
  } as const;
  expect(check('namespaces', { namespaces })).toEqual([
    'ok',
    "not the machine's own: pid, time; not known: mount",
    null,
  ]);
  expect(check('clock', { namespaces })[1]).toContain('without the offsets of our time namespace');
});

describe('what is not seen is a warning with a remedy', () => {
  test.each<[string, Partial<HostFacts>, string, string]>([
    [
      'processes',
      { processes: { sees: 'none', root: '/dev/null', problem: 'a container' } },
      'a container: app groups come from',
      'NETDATA_HOST_PREFIX',
    ],
    [
      'processes',
      { processes: { sees: 'own', root: '', problem: 'hidden' } },
      "hidden: of other users' processes",
      'as root',
    ],
    [
      'numbers of tasks',
      { taskNumbers: { problem: '/proc/stat cannot be read' } },
      '/proc/stat cannot be read: releases are absent, and counts are not audited',
      'NETDATA_HOST_PREFIX',
    ],
    [
      'clock',
      { suspendedTime: { by: 'unknown', problem: 'it was suspended' } },
      'it was suspended',
      'NETDATA_HOST_PREFIX',
    ],
  ])('%s', (name, different, finding, remedy) => {
    const [state, found, mend] = check(name, different);
    expect(state).toBe('warning');
    expect(found).toContain(finding);
    expect(mend).toContain(remedy);
  });
});

test('a virtual uptime on a machine that was never suspended is not needed', () => {
  expect(check('clock', { suspendedTime: { by: 'never' } })).toEqual([
    'ok',
    "the kernel's own; /proc/uptime is not, and is not needed",
    null,
  ]);
});
