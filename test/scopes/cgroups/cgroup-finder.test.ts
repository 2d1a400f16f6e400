import { describe, expect, test } from 'vitest';
import type { CgroupLayout } from '../../../src/host/cgroup-layout.ts';
import { parseTaskKey, type TaskKey } from '../../../src/program/key/parse.ts';
import { chooseV1, openFinder } from '../../../src/scopes/cgroups/cgroup-finder.ts';
import { CgroupPaths } from '../../../src/scopes/cgroups/cgroup-paths.ts';
import { ProcessCgroups } from '../../../src/scopes/cgroups/process-cgroups.ts';
import { encodeKey } from '../keys.ts';
import { makeCgroup, makeTemporaryDirectory } from './temporary-tree.ts';

const ID = 'c0ffee'.repeat(11).slice(0, 64);
const DOCKER = `/docker/${ID}`;
const SERVICE = '/system.slice/containerd.service';

function taskOf(id: number, parent: number, cgroup: string): TaskKey {
  const key = parseTaskKey(encodeKey({ id, parent, cgroup }));
  if (key === undefined) throw new Error('no key');
  return key;
}

/** A machine with these cgroups of version 2, and these processes. */
function openMachine(
  kind: 'hybrid' | 'unified',
  cgroups: readonly string[],
  processes: ReadonlyMap<number, string>,
  part?: { top: string | undefined; namespaceTop: string | undefined },
) {
  const mount = makeTemporaryDirectory();
  const ids = new Map(cgroups.map((path) => [path, makeCgroup(mount, path)]));
  const layout: CgroupLayout = {
    kind,
    v2Mount: mount,
    v1Mounts: [`${mount}-v1`],
    ...(part === undefined ? {} : { part }),
  };
  const paths = new CgroupPaths(mount, part === undefined ? '' : (part.top ?? null));
  const finder = openFinder(layout, paths, new ProcessCgroups([], (id) => processes.get(id)));
  return { finder, idOf: (path: string) => ids.get(path) ?? '' };
}

describe('of version 1 and 2', () => {
  test.each([
    ['a container that is in the root of version 2', '/', [DOCKER, '/x'], DOCKER],
    ['a container that is in its runtime’s service', SERVICE, [DOCKER], DOCKER],
    ['a container that is not the deepest', SERVICE, ['/a/b/c/d', DOCKER], DOCKER],
    ['any cgroup where version 2 has none', '/', ['/batch/job'], '/batch/job'],
    ['not one without charts', '/', ['/user.slice/user-0.slice'], undefined],
    ['not one beside a service', SERVICE, ['/batch/job'], undefined],
    ['nothing where there is nothing', '/', ['/'], undefined],
  ])('that of version 1 is %s', (_, v2, v1, expected) => {
    expect(chooseV1(v2, v1)).toBe(expected);
  });
});

describe('on a hybrid machine', () => {
  const V1 = `8:pids:${DOCKER}\n4:memory:${DOCKER}\n1:name=systemd:/\n0::/\n`;

  test('a container of version 1 alone has its tasks, marked approximate', () => {
    const { finder, idOf } = openMachine('hybrid', ['/'], new Map([[7, V1]]));
    expect(finder.isApproximate(DOCKER)).toBe(false);
    expect(finder.pathOf(taskOf(7, 1, idOf('/')), 0)).toBe(DOCKER);
    // Too young for an id of its own: where its parent is.
    expect(finder.pathOf(taskOf(0, 7, idOf('/')), 0)).toBe(DOCKER);
    expect(finder.pathOfProcess(7)).toBe(DOCKER);
    expect(finder.v2PathOf(7)).toBe('/');
    expect(finder.isApproximate(DOCKER)).toBe(true);
  });

  test('one of whom /proc says nothing is in the root, which is approximate too', () => {
    const { finder, idOf } = openMachine('hybrid', ['/'], new Map());
    expect(finder.pathOf(taskOf(7, 6, idOf('/')), 0)).toBe('/');
    expect(finder.isApproximate('/')).toBe(true);
  });

  test('a container of version 2 is exact, and nobody looks at /proc', () => {
    const processes = new Map([[7, '4:memory:/docker/other\n']]);
    const { finder, idOf } = openMachine('hybrid', [DOCKER], processes);
    expect(finder.pathOf(taskOf(7, 1, idOf(DOCKER)), 0)).toBe(DOCKER);
    expect(finder.isApproximate(DOCKER)).toBe(false);
  });
});

test('with version 2 alone a task is where the kernel says, exactly', () => {
  const processes = new Map([[7, `1:net_cls:${DOCKER}\n0::/\n`]]);
  const { finder, idOf } = openMachine('unified', ['/'], processes);
  expect(finder.pathOf(taskOf(7, 1, idOf('/')), 0)).toBe('/');
  expect(finder.isApproximate('/')).toBe(false);
});

describe('a part of the tree', () => {
  test('has the paths of the kernel’s tree where they are known', () => {
    const part = { top: '/docker/x', namespaceTop: '/docker/x' };
    const { finder, idOf } = openMachine(
      'unified',
      ['/', '/sub'],
      new Map([[7, '0::/sub\n']]),
      part,
    );
    expect(finder.pathOf(taskOf(7, 1, idOf('/sub')), 0)).toBe('/docker/x/sub');
    expect(finder.pathOf(taskOf(7, 1, idOf('/')), 0)).toBe('/docker/x');
    expect(finder.pathOf(taskOf(7, 1, '1'), 0)).toBe('/');
    expect(finder.pathOf(taskOf(7, 1, '4711'), 0)).toBeUndefined();
    expect(finder.pathOfProcess(7)).toBe('/docker/x/sub');
    expect(finder.isLive('/docker/x/sub')).toBe(true);
  });

  test('never calls its own top the root of the machine', () => {
    const part = { top: undefined, namespaceTop: undefined };
    const { finder, idOf } = openMachine('unified', ['/', '/sub'], new Map([[7, '0::/\n']]), part);
    expect(finder.pathOf(taskOf(7, 1, idOf('/')), 0)).toBeUndefined();
    expect(finder.pathOf(taskOf(7, 1, idOf('/sub')), 0)).toBe('/sub');
    expect(finder.pathOf(taskOf(7, 1, '1'), 0)).toBe('/');
    expect(finder.pathOfProcess(7)).toBeUndefined();
  });

  test('learns of cgroups outside of it from the kernel', () => {
    const mount = makeTemporaryDirectory();
    const paths = new CgroupPaths(mount, '/docker/x');
    const id = makeCgroup(mount, '/sub');
    paths.learn(id, '/docker/x/sub');
    paths.learn('4711', '/other');
    expect(paths.lookUp(id, 0)).toBe('/docker/x/sub');
    expect(paths.isLive('/docker/x/sub')).toBe(true);
    expect(paths.lookUp('4711', 0)).toBe('/other');
  });
});
