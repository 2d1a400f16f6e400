import { describe, expect, test } from 'vitest';
import { parseAppGroups } from '../../src/scopes/apps/parse-app-groups.ts';
import type { Attributor } from '../../src/scopes/attributor.ts';
import type { ResolvedCgroup } from '../../src/scopes/cgroups/resolve-cgroup.ts';
import { ProcessTree } from '../../src/scopes/tasks/tree.ts';
import { buildAttributor, buildDump, type DumpParts, toRecord } from './dumps.ts';
import { computeTag, encodeRemembered, encodeSubject, type KeyParts } from './keys.ts';

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
      web: { exec: 1, error: 2, 'error:11': 2 },
    });
    expect(cgroups(attributor)).toEqual({
      cgroup_c2: { exec: 2 },
      systemd_s100: { exec: 1, error: 2, 'error:11': 2 },
    });
    expect(attributor.cgroups.places.get('systemd_s100')).toMatchObject({ kind: 'service' });
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

  test('overflow, where it has no key, or one that cannot be read', () => {
    const attributor = buildAttributor();
    take(attributor, {
      scalars: { exec: 5 },
      errors: { 11: 3 },
      keys: [
        [{}, 2],
        ['1,2', 1],
      ],
    });
    expect(toRecord(attributor.overflow)).toEqual({ exec: 3, error: 3, 'error:11': 3 });
    take(attributor, { scalars: { exec: 6 }, errors: { 11: 3 }, keys: [[{}, 1]] });
    expect(toRecord(attributor.overflow)).toEqual({ exec: 3, error: 3, 'error:11': 3 });
  });
});

describe('the release of a remembered task', () => {
  const ENDED: KeyParts = { comm: 'nginx', cgroup: '100', counter: 'process_exited' };
  const RELEASE = encodeRemembered(computeTag(encodeSubject(ENDED)));

  test.each<[string, DumpParts[]]>([
    [
      'a dump later',
      [
        { scalars: { process_exited: 1 }, keys: [[ENDED, 1]] },
        { scalars: { process_exited: 1, released: 1 }, keys: [[RELEASE, 1]] },
      ],
    ],
    [
      'in the same dump, even before the end is printed',
      [
        {
          scalars: { process_exited: 1, released: 1 },
          keys: [
            [RELEASE, 1],
            [ENDED, 1],
          ],
        },
      ],
    ],
  ])('goes to the group and the cgroup of the task that ended, %s', (_, dumps) => {
    const attributor = buildAttributor({ releasesBy: 'tag' });
    for (const dump of dumps) take(attributor, dump);
    expect(apps(attributor)).toEqual({ web: { process_exited: 1, released: 1 } });
    expect(cgroups(attributor)).toEqual({ systemd_s100: { process_exited: 1, released: 1 } });
    expect(toRecord(attributor.unknown)).toEqual({});
  });

  test('goes to its group also after it was given another one', () => {
    const attributor = buildAttributor({ releasesBy: 'tag' });
    take(attributor, { scalars: { process_exited: 2 }, keys: [[ENDED, 2]] });
    take(attributor, { scalars: { process_exited: 2, released: 2 }, keys: [[RELEASE, 2]] });
    expect(apps(attributor)).toEqual({ web: { process_exited: 2, released: 2 } });
  });

  test.each([
    ['that the kernel could not remember', encodeRemembered('0')],
    ['that ended before we watched', RELEASE],
  ])('%s is unknown', (_, key) => {
    const attributor = buildAttributor({ releasesBy: 'tag' });
    take(attributor, { scalars: { released: 3 }, keys: [[key, 3]] });
    expect(apps(attributor)).toEqual({});
    expect(toRecord(attributor.unknown)).toEqual({ released: 3 });
  });

  test('names no process that is to be remembered', () => {
    const tree = new ProcessTree(parseAppGroups('').groups, () => undefined);
    const attributor = buildAttributor({ tree, releasesBy: 'tag' });
    take(attributor, { scalars: { released: 1 }, keys: [[RELEASE, 1]] });
    expect(tree.size).toBe(0);
  });
});

test('after a reset counts are from zero, and what was known is known', () => {
  const ended: KeyParts = { comm: 'nginx', counter: 'process_exited' };
  const attributor = buildAttributor({ releasesBy: 'tag' });
  take(attributor, { scalars: { process_exited: 5, exec: 2 }, keys: [[ended, 1]] });
  attributor.reset();
  expect([apps(attributor), cgroups(attributor)]).toEqual([{}, {}]);
  expect(toRecord(attributor.overflow)).toEqual({});
  take(attributor, {
    scalars: { process_exited: 5, exec: 3, released: 1 },
    keys: [[encodeRemembered(computeTag(encodeSubject(ended))), 1]],
  });
  expect(apps(attributor)).toEqual({ web: { released: 1 } });
  expect(toRecord(attributor.overflow)).toEqual({ exec: 1 });
});

test('once closed only releases are counted', () => {
  const attributor = buildAttributor();
  take(attributor, { scalars: { exec: 1, released: 0 }, keys: [[{}, 1]] });
  attributor.close();
  take(attributor, {
    scalars: { exec: 9, released: 3 },
    errors: { 11: 1 },
    keys: [
      [{}, 2],
      [{ counter: 'released' }, 2],
    ],
  });
  expect(apps(attributor)).toEqual({ shell: { exec: 1, released: 2 } });
  expect(toRecord(attributor.overflow)).toEqual({ released: 1 });
});

describe('what ended in a window and is gone', () => {
  const ENDED: KeyParts = { comm: 'nginx', cgroup: '100', counter: 'process_exited' };

  test('counts as released, by whoever ended; those that no release was counted for are told', () => {
    const attributor = buildAttributor();
    take(attributor, { scalars: { process_exited: 5, released: 0 }, keys: [[ENDED, 5]] });
    attributor.close();
    const existing = { id: 9, parent: 1, thread: 9, comm: 'nginx', startTicks: 1 };
    // Two were counted without a key, and one was skipped, which the kernel has said.
    const dump = buildDump({ scalars: { process_exited: 5, released: 2 } });
    attributor.take(dump, 0, 0, { count: 1, readAtNs: 1 });
    expect(attributor.pendingReleases).toBe(5);
    expect(attributor.countGone([existing])).toBe(4);
    expect(attributor.assumeReleased([existing], 0, 0)).toBe(1);
    expect(attributor.missingReleases).toBe(0);
    expect(attributor.pendingReleases).toBe(1);
    expect(apps(attributor)).toEqual({ web: { process_exited: 5, released: 4 } });
    expect(cgroups(attributor)).toEqual({ systemd_s100: { process_exited: 5, released: 4 } });
    expect(toRecord(attributor.overflow)).toEqual({ released: 0 });
  });
});

test('after a restart of bpftrace totals begin at zero', () => {
  const attributor = buildAttributor();
  take(attributor, { scalars: { exec: 100 }, keys: [[{}, 100]] }, 0);
  take(attributor, { scalars: { exec: 7 }, keys: [[{}, 5]] }, 1);
  expect(apps(attributor)).toEqual({ shell: { exec: 105 } });
  expect(toRecord(attributor.overflow)).toEqual({ exec: 2 });
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
    expect([...attributor.cgroups.places.values()]).toMatchObject([{ isSettled: false }]);
    become(settled);
    take(attributor, { scalars: { exec: 23 } });
    expect(cgroups(attributor)).toEqual({ cgroup_web: { exec: 23 } });
    expect([...attributor.cgroups.places]).toEqual([
      ['cgroup_web', { ...settled, isRenamed: false }],
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

function take(attributor: Attributor, dump: DumpParts, run = 0, nowMs = 0): void {
  attributor.take(buildDump(dump), run, nowMs);
}

function renamed(attributor: Attributor) {
  const places = [...attributor.cgroups.places];
  return Object.fromEntries(places.map(([name, { isRenamed }]) => [name, isRenamed]));
}

function apps(attributor: Attributor) {
  return toRecords(attributor.apps.entries);
}

function cgroups(attributor: Attributor) {
  return toRecords(attributor.cgroups.entries);
}

function toRecords(entries: Attributor['apps']['entries']) {
  return Object.fromEntries([...entries].map(([name, counts]) => [name, toRecord(counts)]));
}
