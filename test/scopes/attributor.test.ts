import { describe, expect, test } from 'vitest';
import type { Attributor } from '../../src/scopes/attributor.ts';
import type { ResolvedCgroup } from '../../src/scopes/cgroups/resolved-cgroup.ts';
import { buildBpftrace, buildPlanFor } from '../builders.ts';
import { buildAttributor, type DumpParts, Taker, toRecord } from './dumps.ts';
import type { KeyParts } from './keys.ts';

describe('an event belongs to', () => {
  test('the group and the cgroup of its task', () => {
    const attributor = buildAttributor();
    take(attributor, {
      scalars: { exec: 3 },
      errors: { 11: 2 },
      keys: [
        [{ comm: 'sh', cgroup: '2' }, 2],
        [{ comm: 'nginx', cgroup: '100' }, 1],
        [{ comm: 'nginx', cgroup: '100', counter: 'error', index: 11 }, 2],
      ],
    });
    expect(apps(attributor)).toEqual({
      shell: { exec: 2 },
      web: { exec: 1, 'error:11': 2 },
    });
    expect(cgroups(attributor)).toEqual({
      cgroup_c2: { exec: 2 },
      systemd_s100: { exec: 1, 'error:11': 2 },
    });
    const service = attributor.state().cgroups.find(({ key }) => key === 'systemd_s100');
    expect(service).toMatchObject({ kind: 'service' });
  });

  test('the group of a caller that stands behind it in the same dump', () => {
    const attributor = buildAttributor();
    take(attributor, {
      scalars: { exec: 1, process_created: 1 },
      keys: [
        [{ comm: 'x', parent: 10 }, 1],
        [{ id: 10, comm: 'nginx', counter: 'process_created' }, 1],
      ],
    });
    expect(apps(attributor)).toEqual({ web: { exec: 1, process_created: 1 } });
  });

  test('the dropped, where it has no key, or one that cannot be read', () => {
    const attributor = buildAttributor();
    take(attributor, {
      scalars: { exec: 5 },
      errors: { 11: 3 },
      keys: [
        [{}, 2],
        ['1,2', 1],
      ],
    });
    expect(toRecord(attributor.state().dropped)).toEqual({ exec: 3, 'error:11': 3 });
    take(attributor, { scalars: { exec: 6 }, errors: { 11: 3 }, keys: [[{}, 1]] });
    expect(toRecord(attributor.state().dropped)).toEqual({ exec: 3, 'error:11': 3 });
  });
});

describe('a released task', () => {
  const ENDED: KeyParts = { comm: 'nginx', cgroup: '100', counter: 'process_exited' };

  test('is of the group and the cgroup of its end', () => {
    const { attributor, take } = open();
    take({ scalars: { process_exited: 0 } }, { released: 0 });
    take({ scalars: { process_exited: 5 }, keys: [[ENDED, 5]] }, { released: 5 });
    expect(apps(attributor)).toEqual({ web: { process_exited: 5, released: 5 } });
    expect(cgroups(attributor)).toEqual({ systemd_s100: { process_exited: 5, released: 5 } });
  });

  test('is not yet one where the kernel has it still; that is told when it lets go', () => {
    const { attributor, take } = open();
    take({ scalars: { process_exited: 0 } }, { released: 0 });
    take({ scalars: { process_exited: 5 }, keys: [[ENDED, 5]] }, { released: 3 });
    expect(apps(attributor)).toEqual({ web: { process_exited: 5, released: 3 } });
    take({ scalars: { process_exited: 5 } }, { released: 5 });
    expect(apps(attributor)).toEqual({ web: { process_exited: 5, released: 5 } });
  });

  test('is none of whoever left the zombies that were seen', () => {
    const { attributor, take } = open();
    take({ scalars: { process_exited: 0 } }, { released: 0 });
    const keys: DumpParts['keys'] = [
      [ENDED, 3],
      [{ comm: 'sh', cgroup: '2', counter: 'process_exited' }, 9],
    ];
    const zombie = { parent: 1, comm: 'nginx', startTicks: 1, hasThreads: false };
    const fresh = [zombie, zombie].map((one) => ({ ...one, id: 100 }));
    take(
      { scalars: { process_exited: 12 }, keys },
      { released: 10, zombies: { fresh, reaped: 0 } },
    );
    expect(apps(attributor)).toEqual({
      web: { process_exited: 3, released: 1 },
      shell: { process_exited: 9, released: 9 },
    });
    expect(cgroups(attributor)).toEqual({
      systemd_s100: { process_exited: 3, released: 1 },
      cgroup_c2: { process_exited: 9, released: 9 },
    });
  });

  test('that ended before we watched is unattributed', () => {
    const { attributor, take } = open();
    take({ scalars: { process_exited: 0 } }, { released: 0 });
    take({ scalars: { process_exited: 1 }, keys: [[ENDED, 1]] }, { released: 4 });
    expect(apps(attributor)).toEqual({ web: { process_exited: 1, released: 1 } });
    expect(toRecord(attributor.state().unattributed)).toEqual({ released: 3 });
  });

  test('of before leaves a task of the window waiting, where /proc shows that it is reaped', () => {
    const { attributor, take } = open();
    take({ scalars: { process_exited: 0 } }, { released: 0 });
    const zombies = {
      fresh: [{ id: 100, parent: 1, comm: 'nginx', startTicks: 1, hasThreads: false }],
      reaped: 1,
    };
    take({ scalars: { process_exited: 2 }, keys: [[ENDED, 2]] }, { released: 2, zombies });
    expect(apps(attributor)).toEqual({ web: { process_exited: 2, released: 1 } });
    expect(toRecord(attributor.state().unattributed)).toEqual({ released: 1 });
  });

  test('whose end was dropped is dropped', () => {
    const { attributor, take } = open();
    take({ scalars: { process_exited: 0 } }, { released: 0 });
    take({ scalars: { process_exited: 9 }, keys: [[ENDED, 1]] }, { released: 9 });
    expect(toRecord(attributor.state().dropped)).toEqual({ process_exited: 8, released: 8 });
  });
});

test('a missed exec is unattributed, because the totals have it', () => {
  const { attributor, take } = open('0.17.0');
  const misses = { 'tracepoint:sched:sched_process_exec': 4 };
  const { counters } = take({ scalars: { exec: 2 }, keys: [[{}, 2]] }, { misses });
  expect(counters.exec).toBe(6);
  expect(toRecord(attributor.state().unattributed)).toEqual({ exec: 4 });
});

test('hidden groups and cgroups that are gone are told as such', () => {
  const attributor = buildAttributor({
    hiddenApps: new Set(['web']),
    isCgroupLive: (path) => path !== '/c2',
  });
  take(attributor, {
    scalars: { exec: 2 },
    keys: [
      [{ comm: 'nginx', cgroup: '2' }, 1],
      [{ cgroup: '3' }, 1],
    ],
  });
  const state = attributor.state();
  expect(state.apps.map(({ name, isHidden }) => [name, isHidden])).toEqual([
    ['web', true],
    ['shell', false],
  ]);
  expect(state.cgroups.map(({ key, isLive }) => [key, isLive])).toEqual([
    ['cgroup_c2', false],
    ['cgroup_c3', true],
  ]);
});

test('after a restart of bpftrace totals begin at zero', () => {
  const attributor = buildAttributor();
  take(attributor, { scalars: { exec: 100 }, keys: [[{}, 100]] }, 0);
  take(attributor, { scalars: { exec: 7 }, keys: [[{}, 5]] }, 1);
  expect(apps(attributor)).toEqual({ shell: { exec: 105 } });
  expect(toRecord(attributor.state().dropped)).toEqual({ exec: 2 });
});

describe('a cgroup whose name comes late', () => {
  const provisional: ResolvedCgroup = {
    kind: 'cgroup',
    name: '0123',
    chartType: 'cgroup_0123',
    path: '/docker/0123',
    isSettled: false,
  };
  const settled = { ...provisional, name: 'web', chartType: 'cgroup_web', isSettled: true };
  const key: KeyParts = { cgroup: '2' };

  function watch() {
    let place: ResolvedCgroup = provisional;
    const attributor = buildAttributor({ cgroupOf: () => place, placeOf: () => place });
    return {
      attributor,
      become: (next: ResolvedCgroup) => {
        place = next;
      },
    };
  }

  test('gets all of its counts under that name, although nothing happens in it any more', () => {
    const { attributor, become } = watch();
    take(attributor, { scalars: { exec: 23 }, keys: [[key, 23]] });
    expect(attributor.state().cgroups).toMatchObject([{ isSettled: false }]);
    become(settled);
    take(attributor, { scalars: { exec: 23 } });
    expect(cgroups(attributor)).toEqual({ cgroup_web: { exec: 23 } });
    expect(attributor.state().cgroups).toMatchObject([
      { ...settled, key: 'cgroup_web', isRenamed: false },
    ]);
  });

  test('goes on where another one of that name was before', () => {
    const { attributor, become } = watch();
    become(settled);
    take(attributor, { scalars: { exec: 5 }, keys: [[key, 5]] });
    become({ ...provisional, path: '/docker/4567' });
    take(attributor, { scalars: { exec: 7 }, keys: [[key, 2]] });
    become({ ...settled, path: '/docker/4567' });
    take(attributor, { scalars: { exec: 7 } });
    expect(cgroups(attributor)).toEqual({ cgroup_web: { exec: 7 } });
  });

  test('keeps what was counted under another name, and counts anew under this one', () => {
    const { attributor, become } = watch();
    become({ ...provisional, isSettled: true });
    take(attributor, { scalars: { exec: 5 }, keys: [[key, 5]] });
    become(settled);
    take(attributor, { scalars: { exec: 7 }, keys: [[key, 2]] });
    expect(cgroups(attributor)).toEqual({ cgroup_0123: { exec: 5 }, cgroup_web: { exec: 2 } });
    take(attributor, { scalars: { exec: 7 } }, 0, 10_000);
    expect(renamed(attributor)).toEqual({ cgroup_0123: true, cgroup_web: false });
  });

  test('has a place under its new name although nothing happens in it any more', () => {
    const { attributor, become } = watch();
    become({ ...provisional, isSettled: true });
    take(attributor, { scalars: { exec: 5 }, keys: [[key, 5]] });
    become(settled);
    take(attributor, { scalars: { exec: 5 } }, 0, 9_999);
    expect(renamed(attributor)).toEqual({ cgroup_0123: false });
    take(attributor, { scalars: { exec: 5 } }, 0, 10_000);
    expect(renamed(attributor)).toEqual({ cgroup_0123: true, cgroup_web: false });
    expect(cgroups(attributor)).toEqual({ cgroup_0123: { exec: 5 }, cgroup_web: {} });
  });
});

const takers = new WeakMap<Attributor, Taker>();

/** Take a dump with no word of the kernel's about releases. */
function take(attributor: Attributor, dump: DumpParts, run = 0, nowMs = 0): void {
  const taker = takers.get(attributor) ?? new Taker(attributor);
  takers.set(attributor, taker);
  taker.take(dump, { run, nowMs });
}

function open(version = '0.23.2') {
  const plan = buildPlanFor({ bpftrace: buildBpftrace(version) });
  const attributor = buildAttributor({ plan });
  const taker = new Taker(attributor, plan);
  return {
    attributor,
    take: (...words: Parameters<Taker['take']>) => taker.take(...words),
  };
}

function renamed(attributor: Attributor) {
  const { cgroups } = attributor.state();
  return Object.fromEntries(cgroups.map(({ key, isRenamed }) => [key, isRenamed]));
}

function apps(attributor: Attributor) {
  const { apps } = attributor.state();
  return Object.fromEntries(apps.map(({ name, counters }) => [name, toRecord(counters)]));
}

function cgroups(attributor: Attributor) {
  const { cgroups } = attributor.state();
  return Object.fromEntries(cgroups.map(({ key, counters }) => [key, toRecord(counters)]));
}
