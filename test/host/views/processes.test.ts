import { describe, expect, test } from 'vitest';
import { readOwnPid } from '../../../src/host/views/own-pid.ts';
import { listProcRoots } from '../../../src/host/views/proc-roots.ts';
import { NOWHERE, readProcessView } from '../../../src/host/views/processes.ts';
import { FIRST_LINKS, KTHREADD, plant, statOf } from './plant.ts';

const SELF = { '/proc/self/stat': statOf(77, 'node', 1) };
const ALL = { ...SELF, '/proc/2/stat': KTHREADD };
const NESTED = { '/proc/self/ns/pid': 'pid:[4026532199]', '/proc/self/ns/mnt': 'mnt:[1]' };

describe('which processes /proc shows', () => {
  test('all, where the parent of all kernel threads is process 2', () => {
    const root = plant(ALL, FIRST_LINKS);
    expect(readProcessView([root])).toEqual({ sees: 'all', root, problem: undefined });
  });

  test('all, also where we are in a container and are given the machine’s /proc', () => {
    const root = plant(ALL, NESTED);
    expect(readProcessView([root])).toEqual({ sees: 'all', root, problem: undefined });
  });

  test('our own user’s, where process 2 is hidden from us in the first namespace', () => {
    const root = plant(SELF, FIRST_LINKS);
    expect(readProcessView([root])).toMatchObject({ sees: 'own', root });
    expect(readProcessView([root]).problem).toContain('hides the processes of other users');
  });

  test.each([
    ['has no process 2', SELF],
    ['has another process 2', { ...SELF, '/proc/2/stat': statOf(2, 'kthreadd', 0) }],
    ['has another process 2 that is a child', { ...SELF, '/proc/2/stat': statOf(2, 'sh', 1) }],
  ])('none under the kernel’s ids, where a container %s', (_, files) => {
    expect(readProcessView([plant(files, NESTED)])).toMatchObject({ sees: 'none', root: NOWHERE });
  });

  test('those of the host below its prefix, rather than a container’s', () => {
    const own = plant(SELF, NESTED);
    const host = plant(ALL, NESTED);
    expect(readProcessView([own, host])).toEqual({ sees: 'all', root: host, problem: undefined });
  });

  test('none where there is no /proc, and it says so', () => {
    expect(readProcessView([plant({})])).toEqual({
      sees: 'none',
      root: NOWHERE,
      problem: 'no /proc is mounted that shows processes',
    });
  });

  test('what is missing is told of the /proc that there is', () => {
    const { problem } = readProcessView([plant({}), plant(SELF, NESTED)]);
    expect(problem).toContain('the process ids of a container');
  });
});

describe('where a /proc is looked for', () => {
  const MOUNTS = [
    '22 27 0:21 / /proc rw - proc proc rw',
    '23 27 0:21 / /chroot/proc rw - proc proc rw',
    '24 27 0:21 /sys /chroot/somewhere/proc rw - proc proc rw',
    '25 27 0:21 / /elsewhere rw - proc proc rw',
  ].join('\n');

  test('in our own tree, the host’s, and wherever the whole of one is mounted', () => {
    const root = plant({ '/proc/self/mountinfo': MOUNTS });
    expect(listProcRoots(root, '/host')).toEqual([root, `${root}/host`, `${root}/chroot`]);
  });

  test('in the host’s table of mounts where our own tree has no /proc', () => {
    const root = plant({ '/host/proc/self/mountinfo': MOUNTS });
    expect(listProcRoots(root, '/host')).toEqual([root, `${root}/host`, `${root}/chroot`]);
  });

  test('in our own tree alone, where nothing else is said', () => {
    const root = plant({});
    expect(listProcRoots(root, '')).toEqual([root]);
  });
});

describe('our own process id', () => {
  test('is the kernel’s in its first pid namespace', () => {
    const none = { sees: 'none', root: NOWHERE, problem: undefined } as const;
    expect(readOwnPid('first', none)).toBe(process.pid);
    expect(readOwnPid('nested', none)).toBeUndefined();
  });

  test('is what the machine’s /proc says in another', () => {
    const root = plant({}, { '/proc/self': '4711' });
    expect(readOwnPid('nested', { sees: 'all', root, problem: undefined })).toBe(4711);
  });
});
