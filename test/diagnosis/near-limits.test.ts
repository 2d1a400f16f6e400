import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findController } from '../../src/diagnosis/failed-forks/controller.ts';
import { listCgroups } from '../../src/diagnosis/failed-forks/pids-hierarchy.ts';
import type { PidsPlaces } from '../../src/diagnosis/failed-forks/pids-hits.ts';
import { findFullCgroups } from '../../src/diagnosis/near-limits/full-cgroups.ts';
import { NearLimitsWatch, readNearLimits } from '../../src/diagnosis/near-limits/near-limits.ts';
import { readTasks } from '../../src/diagnosis/near-limits/tasks.ts';
import { Seldom } from '../../src/procfs/seldom.ts';
import { FakeMachine } from './failed-forks/machine.ts';

let machine: FakeMachine;
beforeEach(() => {
  machine = new FakeMachine();
  machine.write({
    '/proc/loadavg': '0.20 0.18 0.12 1/700 11206\n',
    '/proc/sys/kernel/threads-max': '100000\n',
    '/proc/sys/kernel/pid_max': '32768\n',
  });
});
afterEach(() => machine.remove());

function look(sees: 'all' | 'own' = 'all', isWhole = true) {
  return readNearLimits({ sees, root: machine.root }, places(isWhole));
}

function places(isWhole: boolean): PidsPlaces | undefined {
  const hierarchy = findController('pids', machine.root);
  return hierarchy && { hierarchy, paths: listCgroups(hierarchy), isWhole };
}

describe.each([
  ['2', () => machine.mountV2()],
  ['1', () => machine.mountV1()],
])('a cgroup of version %s', (_, mount) => {
  test('that is half full is named with who fills it, in the cgroups below too', () => {
    mount();
    machine.setCgroup('/a', { max: '20', current: 17 });
    machine.write({ '/cg/a/cgroup.procs': '7\n', '/cg/a/b/cgroup.procs': '8\n9\n' });
    machine.addProcess(7, { user: 0, threads: 3 });
    machine.addProcess(8, { user: 0, threads: 9 });
    machine.addProcess(9, { user: 0, threads: 5 });
    machine.addProcess(10, { user: 0, threads: 90 });
    expect(look().near).toEqual([
      {
        cause: 'cgroup_pids',
        name: `${machine.root}/cg/a/pids.max`,
        limit: 20,
        used: 17,
        holder: null,
        filler: { comm: 'sh', tasks: 17, processes: 3, id: 8 },
      },
    ]);
  });
});

test('cgroups are told by how full they are; a small limit, an empty one and none are not told', () => {
  machine.mountV2();
  machine.setCgroup('/half', { max: '100', current: 50 });
  machine.setCgroup('/full', { max: '100', current: 99 });
  machine.setCgroup('/less', { max: '100', current: 49 });
  machine.setCgroup('/alone', { max: '1', current: 1 });
  machine.setCgroup('/free', { max: 'max', current: 9_000 });
  expect(look().near.map(({ name }) => name?.slice(machine.root.length))).toEqual([
    '/cg/full/pids.max',
    '/cg/half/pids.max',
  ]);
});

test('a limit of the directory that is mounted is one too: in a container it is the container’s', () => {
  machine.mountV2();
  machine.setCgroup('', { max: '20', current: 18 });
  expect(look('all', false)).toMatchObject({
    near: [{ name: `${machine.root}/cg/pids.max` }],
    unknown: [expect.stringContaining('not mounted here')],
  });
});

describe('a user', () => {
  test('is near the lowest limit of its processes, with all its tasks', () => {
    machine.addProcess(7, { threads: 30, limit: '4000' });
    machine.addProcess(8, { threads: 15, limit: '50', hard: '60' });
    machine.addProcess(9, { user: 1001, threads: 4, limit: '50' });
    expect(look().near).toEqual([
      {
        cause: 'rlimit_nproc',
        name: null,
        limit: 50,
        used: 45,
        holder: { id: 8, user: 1000, hard: 60 },
        filler: { comm: 'sh', tasks: 45, processes: 2, id: 7 },
      },
    ]);
  });

  test.each([
    ['root', { user: 0 }],
    ['with a capability', { capabilities: '1000000' }],
    ['in a user namespace', { userNamespace: 'user:[4026532000]' }],
    ['whose limit keeps it from starting anything', { limit: '1' }],
    ['without a limit', { limit: 'unlimited' }],
  ])('%s is not', (_, different) => {
    machine.addProcess(7, { threads: 45, limit: '50', ...different });
    expect(look().near).toEqual([]);
  });
});

test('the limits of the machine count all its tasks', () => {
  machine.write({ '/proc/loadavg': '0.20 0.18 0.12 1/30000 11206\n' });
  machine.addProcess(7, { user: 0, threads: 20_000 });
  expect(look().near).toMatchObject([
    { cause: 'pid_max', limit: 32_768, used: 30_000, filler: { tasks: 20_000, id: 7 } },
  ]);
  machine.write({ '/proc/sys/kernel/threads-max': '31000\n' });
  expect(look().near.map(({ cause }) => cause)).toEqual(['threads_max', 'pid_max']);
});

describe('what cannot be looked at is named', () => {
  test('the limits of users, where the processes of others are hidden', () => {
    machine.addProcess(7, { threads: 45, limit: '50' });
    expect(look('own')).toEqual({
      near: [],
      unknown: ['limits of users and of the machine: its processes cannot be seen'],
    });
  });

  test('those of cgroups, where the kernel has them and they are not mounted', () => {
    machine.write({ '/proc/cgroups': '#subsys_name hierarchy\npids\t8\t1\t1\n' });
    expect(look().unknown).toEqual(['pids.max of cgroups: the pids controller is not mounted']);
  });

  test('those of cgroups for which there was no time', () => {
    machine.mountV2();
    machine.setCgroup('/full', { max: '100', current: 99 });
    const all = places(true);
    if (all === undefined) throw new Error('the controller is mounted');
    expect(findFullCgroups(all, undefined, -1)).toEqual({ near: [], left: 2 });
    expect(findFullCgroups(all, undefined)).toMatchObject({ near: [{ used: 99 }], left: 0 });
  });

  test('that of processes beyond the first', () => {
    for (const pid of [7, 8, 9]) machine.addProcess(pid);
    expect(readTasks(machine.root, 2)).toMatchObject({ list: [{}, {}], isWhole: false });
    expect(readTasks(machine.root, 3).isWhole).toBe(true);
  });
});

test('not much of our time goes into it', () => {
  let nowMs = 0;
  const turns = new Seldom(() => {
    nowMs += 10;
    return nowMs;
  });
  const watch = new NearLimitsWatch({ sees: 'all', root: machine.root }, turns);
  expect(watch.look(undefined).near).toEqual([]);
  machine.addProcess(7, { threads: 45, limit: '50' });
  expect(watch.look(undefined).near).toEqual([]);
});
