import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { makeCommandCgroup } from '../../src/scopes/command/cgroup.ts';
import { CgroupTree, locate } from './cgroup-tree.ts';

const MOUNT = locate('');

const home = readPath();
const tree = new CgroupTree();
afterEach(async () => {
  enter(home);
  await tree.removeAll();
});

function makeHere() {
  const made = makeCommandCgroup(MOUNT);
  if ('reason' in made) throw new Error(made.reason);
  return made;
}

test('a cgroup for a command stays when the one before it is removed', async () => {
  const first = makeHere();
  const removed = first.remove();
  const second = makeHere();
  try {
    await removed;
    // The first one's cleaner needs a moment to end.
    await sleep(200);
    expect(second.startInside(() => 'started')).toBe('started');
  } finally {
    await second.remove();
  }
});

test('it is below the cgroup that we are in, so that the limits of that hold', async () => {
  await tree.make('/ebpf-test-limits');
  enter('/ebpf-test-limits');
  const made = makeHere();
  expect(made.path).toMatch(/^\/ebpf-test-limits\/ebpf-processes-\d+-[0-9a-f]+$/);
  expect(made.startInside(readPath)).toBe(made.path);
  expect(readPath()).toBe('/ebpf-test-limits');
  await made.remove();
});

test('below a threaded cgroup it is threaded too', async () => {
  await tree.make('/ebpf-test-threads');
  // Without anybody in it: else the kernel refuses.
  const below = locate('/ebpf-test-threads/below');
  mkdirSync(below);
  try {
    writeFileSync(`${below}/cgroup.type`, 'threaded');
    enter('/ebpf-test-threads');
    enter('/ebpf-test-threads/below');
    const made = makeHere();
    expect(made.startInside(readPath)).toBe(made.path);
    await made.remove();
  } finally {
    enter(home);
    rmdirSync(below);
  }
});

test('where no more cgroups are allowed, it says which limit that is', async () => {
  await tree.make('/ebpf-test-few');
  enter('/ebpf-test-few');
  writeFileSync(locate('/ebpf-test-few/cgroup.max.descendants'), '0');
  expect(makeCommandCgroup(MOUNT)).toEqual({
    reason: 'cgroup.max.descendants or cgroup.max.depth above us allows no more',
  });
});

test('where another tree is mounted than the one that we are in, there is none', () => {
  expect(makeCommandCgroup('/sys/fs/cgroup/nowhere')).toMatchObject({
    reason: 'the cgroup that we are in lies outside of what is mounted here',
  });
});

test('cgroups that are left inside are removed, the deepest first, and what runs in them goes to ours', async () => {
  await tree.make('/ebpf-test-home');
  enter('/ebpf-test-home');
  const made = makeHere();
  const deep = Array.from({ length: 30 }, (_, i) => `${'long-name-'.repeat(15)}${i}`).join('/');
  mkdirSync(locate(`${made.path}/a/b`), { recursive: true });
  process.chdir(locate(made.path));
  try {
    // A path of more than 4,096 bytes: nobody can name it whole.
    for (const name of deep.split('/')) {
      mkdirSync(name);
      process.chdir(name);
    }
  } finally {
    process.chdir('/');
  }
  enter(`${made.path}/a/b`);
  await made.remove();
  expect(readPath()).toBe('/ebpf-test-home');
  expect(() => readFileSync(locate(`${made.path}/cgroup.procs`))).toThrow('ENOENT');
});

function enter(path: string): void {
  writeFileSync(locate(`${path}/cgroup.procs`), String(process.pid));
}

function readPath(): string {
  return /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'latin1'))?.[1] ?? '';
}
