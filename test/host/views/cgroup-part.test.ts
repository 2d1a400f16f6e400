import { describe, expect, test } from 'vitest';
import {
  findPart,
  isWholeTree,
  toKernelPath,
  toMountedPath,
} from '../../../src/host/views/cgroup-part.ts';
import { makeTemporaryDirectory, writeFileBelow } from '../../scopes/cgroups/temporary-tree.ts';

const WHOLE = { directory: '/nowhere', mountedRoot: '/', isWhole: true, ownPath: '/' };

test('a directory that has not the inode of a root is a part, whatever the table of mounts calls it', () => {
  expect(isWholeTree(makeTemporaryDirectory(), '/')).toBe(false);
  expect(isWholeTree('/nowhere', '/')).toBe(true);
  expect(isWholeTree('/nowhere', '/docker/0123')).toBe(false);
});

describe('what is seen of the tree of cgroups', () => {
  test('is everything in the first namespace with the whole tree', () => {
    expect(findPart({ ...WHOLE, namespace: 'first' })).toBeUndefined();
  });

  test('is what is mounted, in the first namespace', () => {
    const part = { ...WHOLE, isWhole: false, mountedRoot: '/docker/0123' };
    expect(findPart({ ...part, namespace: 'first' })).toEqual({
      top: '/docker/0123',
      namespaceTop: '',
    });
  });

  test('is nobody knows what, where another namespace mounts its own part', () => {
    const part = { ...WHOLE, isWhole: false, namespace: 'nested' as const };
    expect(findPart(part)).toEqual({ top: undefined, namespaceTop: undefined });
  });

  test('is everything in another namespace with the whole tree, where we find ourselves', () => {
    const directory = makeTemporaryDirectory();
    writeFileBelow(directory, '/cgroup.procs', `1\n9${process.pid}\n`);
    writeFileBelow(directory, '/a/cgroup.procs', `${process.pid}0\n`);
    writeFileBelow(directory, '/a/b/own/cgroup.procs', `3\n${process.pid}\n4\n`);
    const mount = { ...WHOLE, directory, namespace: 'nested' as const };
    expect(findPart({ ...mount, ownPath: '/own' })).toEqual({ top: '', namespaceTop: '/a/b' });
    expect(findPart({ ...mount, ownPath: '/' })).toEqual({ top: '', namespaceTop: '/a/b/own' });
    expect(findPart({ ...mount, ownPath: '/a/b/own' })).toBeUndefined();
    for (const ownPath of ['/../x', '/other', undefined]) {
      expect(findPart({ ...mount, ownPath })).toEqual({ top: '', namespaceTop: undefined });
    }
  });
});

test.each([
  ['/web', undefined, '/web'],
  ['/web', '/docker', '/docker/web'],
  ['/', '/docker', '/docker'],
  ['/../other', '/docker/x', '/docker/other'],
  ['/../..', '/docker/x', '/'],
  ['/../../system.slice/a.service', '/docker/x', '/system.slice/a.service'],
])('%s of /proc in a namespace at %s is %s', (path, namespaceTop, expected) => {
  const part = namespaceTop === undefined ? undefined : { top: '', namespaceTop };
  expect(toKernelPath(path, part)).toBe(expected);
});

test.each([
  ['/a', undefined, '/a'],
  ['/../a', undefined, undefined],
  ['/a', { top: undefined, namespaceTop: undefined }, '/a'],
  ['/../a', { top: undefined, namespaceTop: undefined }, undefined],
  ['/', { top: '', namespaceTop: '/docker/x' }, '/docker/x'],
  ['/../y', { top: '', namespaceTop: '/docker/x' }, '/docker/y'],
  ['/a', { top: '', namespaceTop: undefined }, undefined],
  ['/docker/x', { top: '/docker/x', namespaceTop: '' }, '/'],
  ['/docker/x/a', { top: '/docker/x', namespaceTop: '' }, '/a'],
  ['/docker/xy', { top: '/docker/x', namespaceTop: '' }, undefined],
])('%s of /proc, where %j is seen, lies below the mount at %s', (path, part, expected) => {
  expect(toMountedPath(path, part)).toBe(expected);
});

test('a path of /proc says nothing where nobody knows where the namespace begins', () => {
  expect(toKernelPath('/web', { top: '', namespaceTop: undefined })).toBeUndefined();
});
