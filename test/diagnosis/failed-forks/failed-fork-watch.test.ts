import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FailedForkWatch } from '../../../src/diagnosis/failed-forks/failed-fork-watch.ts';
import { readCallerLimits } from '../../../src/diagnosis/failed-forks/task-limits.ts';
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

test('a caller has its limit and the tasks of its user', () => {
  machine.addProcess(7, { limit: '10', threads: 4 });
  machine.addProcess(8, { threads: 5 });
  machine.addProcess(9, { user: 1001, threads: 50 });
  const watch = open();
  watch.take(buildKey(FAILED_FORK), 0);
  expect(watch.evidence.callers).toEqual([
    {
      pid: 7,
      comm: 'sh',
      user: 1000,
      processLimit: { soft: 10, hard: 40 },
      entersPidNamespace: false,
      errnos: [11],
      userTasks: 9,
    },
  ]);
});

test('the most use that was seen is kept, of the users and of the machine', () => {
  machine.addProcess(7, { limit: '10', threads: 9 });
  const watch = open();
  machine.write({ '/proc/loadavg': '0.20 0.18 0.12 1/500 11206\n' });
  watch.take(buildKey(FAILED_FORK), 0);
  machine.write({ '/proc/loadavg': '0.20 0.18 0.12 1/90 11206\n' });
  machine.write({ '/proc/7/status': '' });
  watch.take(buildKey({ ...FAILED_FORK, index: 12 }), 1);
  watch.close();
  const { callers, machine: limits } = watch.evidence;
  expect(callers).toMatchObject([{ userTasks: 9, errnos: [11, 12] }]);
  expect(limits).toEqual({
    threadsMax: { limit: 192_730, used: 500 },
    pidMax: { limit: 32_768, used: 500 },
    commit: undefined,
  });
});

test('committed memory has a limit where overcommit_memory is 2', () => {
  machine.write({ '/proc/sys/vm/overcommit_memory': '2\n' });
  const watch = open();
  watch.close();
  expect(watch.evidence.machine.commit).toEqual({ limit: 1000, used: 900 });
});

test.each([
  ['that is not a failed fork', { ...FAILED_FORK, counter: 'exec' }],
  ['of a caller that is gone', { ...FAILED_FORK, id: 99 }],
])('an event %s is ignored', (_, key) => {
  const watch = open();
  watch.take(buildKey(key), 0);
  expect(watch.evidence.callers).toEqual([]);
});

describe('the limit on processes', () => {
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
    ['does not hold with CAP_SYS_ADMIN', { limit: '10', capabilities: '200000' }, undefined],
    ['does not hold with CAP_SYS_RESOURCE', { limit: '10', capabilities: '1000000' }, undefined],
  ])('%s', (_, process, expected) => {
    machine.addProcess(7, process);
    expect(readCallerLimits(7, machine.root)?.processLimit).toEqual(expected);
  });
});

test('a process whose children go into another pid namespace is recognized', () => {
  machine.addProcess(7, { children: 'pid:[2]' });
  expect(readCallerLimits(7, machine.root)?.entersPidNamespace).toBe(true);
});

test('this very process is read', () => {
  expect(readCallerLimits(process.pid)).toMatchObject({ user: process.getuid?.() });
});

function open(): FailedForkWatch {
  const watch = new FailedForkWatch(machine.root);
  watch.open();
  return watch;
}
