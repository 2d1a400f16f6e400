import { expect, test } from 'vitest';
import { parseTaskKey, type TaskKey } from '../../../src/program/key/parse.ts';
import { ProcessCgroups } from '../../../src/scopes/cgroups/process-cgroups.ts';
import { encodeKey } from '../keys.ts';
import { makeTemporaryDirectory, writeFileBelow } from './temporary-tree.ts';

const pathOf = (cgroups: ProcessCgroups, task: TaskKey, nowMs: number) =>
  cgroups.pathsOf(task, nowMs)[0];

function taskOf(id: number, parent: number): TaskKey {
  const key = parseTaskKey(encodeKey({ id, parent }));
  if (key === undefined) throw new Error('no key');
  return key;
}

/** Processes with their line of the memory hierarchy; whoever is taken out is gone. */
function watch(processes: Map<number, string>) {
  let reads = 0;
  const cgroups = new ProcessCgroups([], (id) => {
    reads += 1;
    const path = processes.get(id);
    return path === undefined ? undefined : `4:memory:${path}\n`;
  });
  return { cgroups, countReads: () => reads };
}

test('a process is where /proc says, by the path that is deepest', () => {
  const text = [
    '11:cpu,cpuacct:/',
    '4:memory:/system.slice',
    '1:name=systemd:/system.slice/nginx.service',
    '2:devices:/system.slice/other.service',
    '0::/below/version/two',
  ].join('\n');
  const cgroups = new ProcessCgroups([], () => text);
  expect(pathOf(cgroups, taskOf(7, 1), 0)).toBe('/system.slice/nginx.service');
});

test('one that is gone, or has no id, is where its parent is', () => {
  const { cgroups } = watch(new Map([[5, '/docker/0123']]));
  expect(pathOf(cgroups, taskOf(7, 5), 0)).toBe('/docker/0123');
  expect(pathOf(cgroups, taskOf(0, 5), 0)).toBe('/docker/0123');
  expect(pathOf(cgroups, taskOf(7, 6), 0)).toBeUndefined();
  expect(pathOf(cgroups, taskOf(0, 0), 0)).toBeUndefined();
});

test('where one was is remembered after its end, and looked up again while it lives', () => {
  const processes = new Map([[5, '/a']]);
  const { cgroups } = watch(processes);
  expect(pathOf(cgroups, taskOf(5, 1), 0)).toBe('/a');
  processes.set(5, '/b');
  expect(pathOf(cgroups, taskOf(5, 1), 0)).toBe('/a');
  expect(pathOf(cgroups, taskOf(5, 1), 100)).toBe('/b');
  processes.delete(5);
  expect(pathOf(cgroups, taskOf(5, 1), 60_000)).toBe('/b');
});

test('beside one dump no more than 500 are looked at again, and each after 5 s', () => {
  const processes = new Map(Array.from({ length: 600 }, (_, i) => [i + 10, '/a']));
  const { cgroups, countReads } = watch(processes);
  const lookAtAll = (nowMs: number) => {
    const before = countReads();
    for (const id of processes.keys()) pathOf(cgroups, taskOf(id, 1), nowMs);
    return countReads() - before;
  };
  expect([lookAtAll(0), lookAtAll(100), lookAtAll(5_000)]).toEqual([600, 500, 600]);
});

test('a path outside of our cgroup namespace names nothing', () => {
  const cgroups = new ProcessCgroups([], () => '4:memory:/../docker/0123\n1:name=systemd:/a\n');
  expect(cgroups.pathsOf(taskOf(7, 1), 0)).toEqual(['/a']);
});

test('a storm of processes that are gone costs one look at each, and one at their parent', () => {
  const { cgroups, countReads } = watch(new Map([[5, '/a']]));
  for (let event = 0; event < 3; event += 1) {
    for (let id = 100; id < 200; id += 1) pathOf(cgroups, taskOf(id, 5), 0);
  }
  expect(countReads()).toBe(101);
});

test('a cgroup exists where any hierarchy has it', () => {
  const root = makeTemporaryDirectory();
  writeFileBelow(root, '/memory/docker/x/tasks', '');
  const cgroups = new ProcessCgroups([`${root}/cpu`, `${root}/memory`], () => undefined);
  expect(cgroups.isLive('/docker/x')).toBe(true);
  expect(cgroups.isLive('/docker/y')).toBe(false);
});
