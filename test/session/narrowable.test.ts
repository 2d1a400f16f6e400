import { expect, test } from 'vitest';
import { assertNarrowable } from '../../src/session/narrowable.ts';
import { buildFacts, buildPlanFor } from '../builders.ts';

const keyed = {
  facts: { ...buildFacts(), processes: { sees: 'all', root: '', problem: undefined } },
  plan: buildPlanFor({}, 'return', { apps: true, cgroups: true }),
} as const;
const user = { name: 'www', id: 33 };

test('where counts are kept apart a view can be narrowed', () => {
  assertNarrowable(keyed, { comm: 'sh', cgroup: '/a', user, pid: process.pid });
});

test.each([
  [
    'counts are not kept apart',
    { ...keyed, plan: buildPlanFor() },
    { comm: 'sh' },
    'a view cannot be narrowed here: neither app groups nor cgroups were asked for, so that events are counted without their tasks',
  ],
  [
    'the launcher runs bpftrace',
    { ...keyed, facts: { ...keyed.facts, privilege: 'socket' as const } },
    { user },
    '--user needs root here: the launcher runs no program that reads users',
  ],
  [
    '/proc is of another namespace',
    {
      ...keyed,
      facts: { ...keyed.facts, processes: { ...keyed.facts.processes, sees: 'none' as const } },
    },
    { pid: 1 },
    '--pid cannot be used here: /proc shows other process ids than those of the kernel',
  ],
  ['the process is gone', keyed, { pid: 999_999_999 }, 'there is no process 999999999'],
])('where %s it is said why not', (_, compiled, wanted, message) => {
  expect(() => assertNarrowable(compiled, wanted)).toThrow(message);
});
