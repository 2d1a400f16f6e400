import { expect, test } from 'vitest';
import { findUnit, unitOf } from '../../../src/diagnosis/failed-forks/unit.ts';

test.each([
  ['version 2', '0::/system.slice/web.service', 'web.service'],
  ['version 1', '3:cpu:/\n1:name=systemd:/system.slice/web.service/a\n0::/\n', 'web.service'],
  ['a login', '0::/user.slice/user-1000.slice/session-3.scope', 'session-3.scope'],
  [
    'a unit of a user’s own',
    '0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.service',
    'x.service',
  ],
  ['a container without systemd', '0::/docker/0123', undefined],
  ['the root', '0::/', undefined],
])('the unit of a process by its cgroup, %s', (_, cgroups, unit) => {
  expect(findUnit(cgroups)).toBe(unit);
});

test.each([
  ['a service', '/sys/fs/cgroup/system.slice/web.service', 'web.service'],
  ['a slice', '/sys/fs/cgroup/pids/user.slice/user-1000.slice', 'user-1000.slice'],
  ['a cgroup inside of a service', '/sys/fs/cgroup/system.slice/web.service/a', undefined],
  [
    'a unit of a user’s own systemd',
    '/sys/fs/cgroup/user.slice/user-0.slice/user@0.service/app.slice/x.service',
    undefined,
  ],
  [
    'a unit of a container’s systemd',
    '/sys/fs/cgroup/machine.slice/m.scope/payload/system.slice/x.service',
    undefined,
  ],
  ['no unit', '/sys/fs/cgroup/pids/web', undefined],
])('the unit whose cgroup a directory is: %s', (_, directory, unit) => {
  expect(unitOf(directory)).toBe(unit);
});
