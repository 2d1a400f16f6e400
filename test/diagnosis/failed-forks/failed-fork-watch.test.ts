import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FailedForkWatch } from '../../../src/diagnosis/failed-forks/failed-fork-watch.ts';
import { readCaller } from '../../../src/diagnosis/failed-forks/task-limits.ts';
import type { KeyParts } from '../../scopes/keys.ts';
import { buildKey } from '../../scopes/keys.ts';
import { FakeMachine } from './machine.ts';

let machine: FakeMachine;
beforeEach(() => {
  machine = new FakeMachine();
  machine.write({
    '/proc/sys/kernel/threads-max': '192730\n',
    '/proc/sys/kernel/pid_max': '32768\n',
    '/proc/sys/vm/overcommit_memory': '0\n',
    '/proc/meminfo': 'CommitLimit:     1000 kB\nCommitted_AS:     900 kB\n',
    '/proc/loadavg': '0.20 0.18 0.12 1/80 11206\n',
  });
});
afterEach(() => machine.remove());

const FAILED_FORK = { id: 7, counter: 'error', index: 11 };

test('a caller has how often its forks failed, its unit, its limit and the tasks of its user', () => {
  machine.addProcess(7, {
    limit: '10',
    threads: 4,
    cgroup: '1:name=systemd:/system.slice/web.service/inner',
  });
  machine.addProcess(8, { threads: 5 });
  machine.addProcess(9, { user: 1001, threads: 50 });
  const watch = open();
  take(watch, {}, 3);
  take(watch, {}, 4, 100);
  take(watch, { index: 22 }, 1, 100);
  expect(watch.evidence.callers).toEqual([
    {
      pid: 7,
      comm: 'sh',
      counts: { 11: 7, 22: 1 },
      user: 1000,
      unit: 'web.service',
      directory: null,
      hardLimit: 40,
      limits: [{ cause: 'rlimit_nproc', errno: 11, name: null, limit: 10, used: 9 }],
    },
  ]);
});

test('what failed is in the window that is closed, and not in the next one', () => {
  machine.addProcess(7, { limit: '10', threads: 9 });
  const watch = open();
  take(watch, {}, 3);
  expect(watch.turn(1).callers).toMatchObject([{ pid: 7, counts: { 11: 3 } }]);
  expect(watch.turn(2).callers).toEqual([]);
  take(watch, {}, 1);
  const evidence = watch.turn(3);
  expect(evidence.callers).toMatchObject([{ counts: { 11: 1 }, user: 1000 }]);
  expect(evidence.machine).not.toEqual([]);
});

test('the most use that was seen is kept, of the users and of the machine', () => {
  machine.addProcess(7, { limit: '10', threads: 9 });
  const watch = open();
  machine.write({ '/proc/loadavg': '0.20 0.18 0.12 1/500 11206\n' });
  take(watch);
  machine.write({ '/proc/loadavg': '0.20 0.18 0.12 1/90 11206\n' });
  machine.write({ '/proc/7/status': 'Uid:\t1000\nThreads:\t2\n' });
  take(watch, {}, 1, 600);
  watch.close(1);
  const { callers, machine: limits } = watch.evidence;
  expect(callers[0]?.limits).toMatchObject([{ cause: 'rlimit_nproc', used: 9 }]);
  expect(limits).toEqual([
    { cause: 'threads_max', errno: 11, name: 'kernel.threads-max', limit: 192_730, used: 500 },
    { cause: 'pid_max', errno: 11, name: 'kernel.pid_max', limit: 32_768, used: 500 },
  ]);
});

test('committed memory has a limit where overcommit_memory is 2', () => {
  machine.write({ '/proc/sys/vm/overcommit_memory': '2\n' });
  const watch = open();
  watch.close(1);
  expect(watch.evidence.machine).toContainEqual({
    cause: 'memory_commit',
    errno: 12,
    name: null,
    limit: 1000,
    used: 900,
  });
});

test('an event that is not a failed fork is ignored', () => {
  const watch = open();
  take(watch, { counter: 'exec' });
  expect(watch.evidence.callers).toEqual([]);
});

test('a caller that is gone is named by its key', () => {
  const watch = open();
  take(watch, { id: 99, comm: 'gone' }, 5);
  expect(watch.evidence.callers).toMatchObject([
    { pid: 99, comm: 'gone', counts: { 11: 5 }, user: null, unit: null, limits: [] },
  ]);
});

test('a caller that is gone has the unit and the directory of its cgroup of version 2', () => {
  machine.mountV2();
  const path = '/system.slice/web.service';
  const watch = new FailedForkWatch(
    machine.root,
    () => 0,
    (id) => (id === '4711' ? path : undefined),
  );
  watch.open(0);
  take(watch, { id: 99, cgroup: '4711' });
  expect(watch.evidence.callers).toMatchObject([
    { user: null, unit: 'web.service', directory: `${machine.root}/cg${path}` },
  ]);
});

test('callers are named within bounds', () => {
  const watch = open();
  for (let id = 1; id <= 1000; id += 1) take(watch, { id });
  expect(watch.evidence.callers).toHaveLength(256);
});

describe('the limits of the caller’s own', () => {
  test('pid namespace are those that the kernel told, with the tasks in it', () => {
    machine.addProcess(7, { children: 'pid:[99]' });
    machine.addProcess(8, { pidNamespace: 'pid:[99]', threads: 325 });
    expect(limitsOf({ pidMax: 330 })).toContainEqual({
      cause: 'pid_namespace_max',
      errno: 11,
      name: 'pid:[99]',
      limit: 330,
      used: 325,
    });
  });

  test('pid namespace are the machine’s in the first one', () => {
    machine.addProcess(7);
    expect(limitsOf({ pidMax: 32_768 })).toEqual([]);
  });

  test('pid namespace that has ended', () => {
    machine.addProcess(7, { children: 'pid:[2]' });
    expect(limitsOf({ index: 12 })).toMatchObject([{ cause: 'pid_namespace', errno: 12 }]);
  });

  test('memory cgroups are those upwards that have one', () => {
    machine.write({
      '/proc/self/mountinfo': '41 31 0:38 / /cg rw - cgroup2 cgroup2 rw\n',
      '/cg/cgroup.controllers': 'cpu memory pids\n',
      '/cg/a/memory.max': '4096000\n',
      '/cg/a/memory.current': '4000000\n',
      '/cg/a/b/memory.max': 'max\n',
      '/cg/a/b/memory.current': '3000000\n',
    });
    machine.addProcess(7, { cgroup: '0::/a/b' });
    expect(limitsOf({ index: 12 })).toEqual([
      {
        cause: 'memory_cgroup',
        errno: 12,
        name: `${machine.root}/cg/a/memory.max`,
        limit: 4_096_000,
        used: 4_000_000,
      },
    ]);
  });

  test('namespaces are how many there may be, and how deep', () => {
    machine.write({ '/proc/sys/user/max_user_namespaces': '2\n' });
    machine.addProcess(7, { ids: Array.from({ length: 33 }, (_, i) => i + 1).join('\t') });
    machine.addProcess(8, { userNamespace: 'user:[5]' });
    const limits = limitsOf({ index: 28 });
    expect(limits).toContainEqual({
      cause: 'max_namespaces',
      errno: 28,
      name: 'user.max_user_namespaces',
      limit: 2,
      used: 2,
    });
    expect(limits).toContainEqual({
      cause: 'namespace_depth',
      errno: 28,
      name: null,
      limit: 32,
      used: 32,
    });
  });

  test('namespaces are those of its own user namespace where no other is reached', () => {
    machine.write({ '/proc/sys/user/max_user_namespaces': '2\n' });
    machine.addProcess(7);
    expect(limitsOf({ index: 28 })).toEqual([
      { cause: 'max_namespaces', errno: 28, name: null, limit: null, used: null },
    ]);
  });

  test('open files are what a pidfd needs', () => {
    machine.addProcess(7);
    machine.write({ '/proc/7/fd/0': '', '/proc/7/fd/1': '' });
    expect(limitsOf({ index: 24 })).toEqual([
      { cause: 'rlimit_nofile', errno: 24, name: null, limit: 1024, used: 2 },
    ]);
  });
});

describe('the limit on processes', () => {
  const other = 'user:[5]';
  test.each([
    ['holds', { limit: '10' }, { soft: 10, hard: 40 }],
    [
      'holds that can be raised to any number',
      { limit: '10', hard: 'unlimited' },
      { soft: 10, hard: null },
    ],
    [
      'holds for a user with a capability that does not matter',
      { limit: '10', capabilities: '1' },
      { soft: 10, hard: 40 },
    ],
    ['is absent where it is unlimited', {}, undefined],
    ['does not hold for root', { limit: '10', user: 0 }, undefined],
    [
      'does not hold for root in any namespace',
      { limit: '10', user: 0, userNamespace: other },
      undefined,
    ],
    ['does not hold with CAP_SYS_ADMIN', { limit: '10', capabilities: '200000' }, undefined],
    ['does not hold with CAP_SYS_RESOURCE', { limit: '10', capabilities: '1000000' }, undefined],
    [
      'holds for who has all capabilities in a user namespace of its own',
      { limit: '10', capabilities: '1ffffffffff', userNamespace: other },
      { soft: 10, hard: 40 },
    ],
  ])('%s', (_, process, expected) => {
    machine.addProcess(7, process);
    expect(readCaller(7, machine.root)?.processLimit).toEqual(expected);
  });
});

test('this very process is read', () => {
  expect(readCaller(process.pid)).toMatchObject({ user: process.getuid?.() });
});

function open(): FailedForkWatch {
  const watch = new FailedForkWatch(machine.root, () => 0);
  watch.open(0);
  return watch;
}

function take(watch: FailedForkWatch, parts: KeyParts = {}, count = 1, nowMs = 0): void {
  watch.take(buildKey({ ...FAILED_FORK, ...parts }), count, nowMs);
}

function limitsOf(parts: KeyParts) {
  const watch = open();
  take(watch, parts);
  return watch.evidence.callers[0]?.limits;
}
