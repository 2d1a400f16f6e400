import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NetdataShm, readShmDistrust } from '../../../src/scopes/cgroups/netdata-shm.ts';
import { buildRegion, type EntryParts } from './shared-region.ts';
import { makeTemporaryDirectory, writeFileBelow } from './temporary-tree.ts';

const FILE = '/dev/shm/netdata_shm_cgroup_ebpf';
const US = process.geteuid?.() ?? 0;
const MOUNTS = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup/unified'];
const WEB = { name: 'cgroup_web', procsPath: '/sys/fs/cgroup/unified/docker/0123/cgroup.procs' };

describe('the shared names', () => {
  test.each([
    ['/sys/fs/cgroup/unified/docker/0123/cgroup.procs', '/docker/0123'],
    ['/sys/fs/cgroup/memory/docker/0123/cgroup.procs', '/docker/0123'],
    ['/sys/fs/cgroup/unified//cgroup.procs', '/'],
    ['/sys/fs/cgroup/unified/cgroup.procs', '/'],
  ])('%s is the cgroup %s', (procsPath, path) => {
    const { shm } = share([{ ...WEB, procsPath }]);
    expect(shm.read(0)?.find(path)?.name).toBe('cgroup_web');
  });

  test.each([
    '',
    '/sys/fs/cgroup/unified/docker/0123',
    '/sys/fs/cgroup/unifiedx/docker/0123/cgroup.procs',
    '/docker/0123/cgroup.procs',
  ])('%j is no cgroup', (procsPath) => {
    const { shm } = share([{ ...WEB, procsPath }]);
    expect(shm.read(0)?.find('/docker/0123')).toBeUndefined();
  });

  test('of a cgroup that is listed twice are those that are enabled', () => {
    const off = { ...WEB, name: 'cgroup_off', isEnabled: false };
    for (const entries of [
      [off, WEB],
      [WEB, off],
    ]) {
      expect(share(entries).shm.read(0)?.find('/docker/0123')?.name).toBe('cgroup_web');
    }
  });

  test('are read every 5 s, and are the same object where nothing has changed', () => {
    const { root, shm } = share([WEB]);
    const first = shm.read(0);
    writeFileBelow(root, FILE, buildRegion([{ ...WEB, name: 'cgroup_new' }]));
    expect(shm.read(4_999)).toBe(first);
    const second = shm.read(5_000);
    expect(second?.find('/docker/0123')?.name).toBe('cgroup_new');
    expect(shm.read(10_000)).toBe(second);
  });

  test('of a cgroup that is gone stay', () => {
    const { root, shm } = share([WEB]);
    shm.read(0);
    writeFileBelow(root, FILE, buildRegion([{}]));
    expect(shm.read(5_000)?.find('/docker/0123')?.name).toBe('cgroup_web');
  });

  test.each([
    ['is gone', undefined],
    ['makes no sense any more', Buffer.alloc(100)],
    ['is emptied, as Netdata does at its end', buildRegion([])],
  ])('stay when the region %s', (_, content) => {
    const { root, shm } = share([WEB]);
    shm.read(0);
    if (content === undefined) rmSync(`${root}${FILE}`);
    else writeFileBelow(root, FILE, content);
    expect(shm.read(5_000)?.find('/docker/0123')?.name).toBe('cgroup_web');
  });

  test('are there once Netdata makes them', () => {
    const root = makeTemporaryDirectory();
    const shm = new NetdataShm(root, MOUNTS, [US]);
    expect(shm.read(0)).toBeUndefined();
    writeFileBelow(root, FILE, buildRegion([WEB]));
    expect(shm.read(5_000)?.find('/docker/0123')?.name).toBe('cgroup_web');
  });
});

describe('nothing is read', () => {
  test.each([
    ['an empty file', Buffer.alloc(0)],
    ['a header alone', buildRegion([WEB]).subarray(0, 24)],
    ['a file that was cut', buildRegion([WEB]).subarray(0, 4_000)],
    ['garbage', Buffer.alloc(5_000, 0x55)],
  ])('of %s', (_, content) => {
    const root = makeTemporaryDirectory();
    writeFileBelow(root, FILE, content);
    expect(new NetdataShm(root, MOUNTS, [US]).read(0)).toBeUndefined();
  });

  test('of a link, because everybody may put one there', () => {
    const { root } = share([WEB]);
    const other = makeTemporaryDirectory();
    writeFileBelow(other, '/dev/shm/x', '');
    symlinkSync(`${root}${FILE}`, `${other}${FILE}`);
    expect(new NetdataShm(other, MOUNTS, [US]).read(0)).toBeUndefined();
  });

  test('of a file that belongs to somebody else, because everybody may put one there', () => {
    const { root } = share([WEB]);
    expect(new NetdataShm(root, MOUNTS, [US + 1]).read(0)).toBeUndefined();
    expect(new NetdataShm(root, MOUNTS, [US + 1, US]).read(0)).toBeDefined();
  });

  test('of a file that everybody may write', () => {
    const { root, shm } = share([WEB]);
    chmodSync(`${root}${FILE}`, 0o666);
    expect(shm.read(0)).toBeUndefined();
  });

  test('of a pipe, without waiting for who writes into it', () => {
    const root = makeTemporaryDirectory();
    writeFileBelow(root, '/dev/shm/x', '');
    execFileSync('mkfifo', [`${root}${FILE}`]);
    expect(new NetdataShm(root, MOUNTS, [US]).read(0)).toBeUndefined();
  });

  test('of a directory', () => {
    const root = makeTemporaryDirectory();
    mkdirSync(`${root}${FILE}`, { recursive: true });
    expect(new NetdataShm(root, MOUNTS, [US]).read(0)).toBeUndefined();
  });
});

describe('why a region is not believed', () => {
  test.each([
    ['its owner', (file: string) => file, [US + 1], /^belongs to user \d+$/],
    [
      'who may write it',
      (file: string) => chmodSync(file, 0o666),
      undefined,
      /^can be written by every user$/,
    ],
    [
      'what it is',
      (file: string) => {
        rmSync(file);
        mkdirSync(file);
      },
      undefined,
      /^is a directory, not a file$/,
    ],
    [
      'where it leads',
      (file: string) => {
        rmSync(file);
        symlinkSync('/etc/passwd', file);
      },
      undefined,
      /^is a link$/,
    ],
  ])('%s', (_, spoil, owners, sentence) => {
    const { root } = share([WEB]);
    expect(readShmDistrust(root, [US])).toBeUndefined();
    spoil(`${root}${FILE}`);
    expect(readShmDistrust(root, owners ?? [US])).toMatch(sentence);
  });

  test('there is none where there is no region', () => {
    expect(readShmDistrust(makeTemporaryDirectory(), [US])).toBeUndefined();
  });
});

function share(entries: readonly EntryParts[]): { root: string; shm: NetdataShm } {
  const root = makeTemporaryDirectory();
  writeFileBelow(root, FILE, buildRegion(entries));
  return { root, shm: new NetdataShm(root, MOUNTS, [US]) };
}
