import { execFileSync } from 'node:child_process';
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { describe, expect, onTestFinished, type TestContext, test, vi } from 'vitest';
import { readCgroupLayout } from '../../../src/host/cgroup-layout.ts';
import { CgroupPaths } from '../../../src/scopes/cgroups/cgroup-paths.ts';
import { makeCgroup, makeTemporaryDirectory, removeCgroup } from './temporary-tree.ts';

const UNKNOWN = '18446744073709551615';

describe('a walk', () => {
  test('finds every cgroup by its inode number, as deep as it may be', () => {
    const mount = makeTemporaryDirectory();
    const deep = '/d'.repeat(128);
    const ids = ['/system.slice/nginx.service', '/a', '/a/b', deep].map((path) =>
      makeCgroup(mount, path),
    );
    const paths = new CgroupPaths(mount);
    paths.walk(0);
    expect(ids.map((id) => paths.lookUp(id, 0))).toEqual([
      '/system.slice/nginx.service',
      '/a',
      '/a/b',
      deep,
    ]);
    expect(paths.lookUp(String(statSync(mount).ino), 0)).toBe('/');
  });

  test('finds one that is too deep for a name, or for a path, under the last one above it that is not', () => {
    const mount = makeTemporaryDirectory();
    const ids = makeDeep(mount);
    const paths = new CgroupPaths(mount);
    expect(ids.map((id) => paths.lookUp(id, 0))).toEqual([
      '/d',
      ...Array(3).fill('/d'.repeat(128)),
    ]);
    expect(paths.isLive('/d'.repeat(128))).toBe(true);
    paths.forget(ids[3] ?? '');
    expect(paths.isLive('/d'.repeat(128))).toBe(true);
  });

  test('finds names of any bytes', () => {
    const mount = makeTemporaryDirectory();
    const names = ['/\u00ff\u00fe', '/\u00c3\u00bc', '/a b', '/quo"te\'s', '/a=b', '/...'];
    const ids = names.map((name) => makeCgroup(mount, name));
    const paths = new CgroupPaths(mount);
    expect(ids.map((id) => paths.lookUp(id, 0))).toEqual(names);
  });

  test('of a mount that is not there finds nothing, and says nothing', () => {
    const paths = new CgroupPaths(`${makeTemporaryDirectory()}/nowhere`);
    expect(paths.lookUp(UNKNOWN, 0)).toBeUndefined();
  });

  test('of a mount that cannot be read any more forgets nothing', () => {
    const mount = makeTemporaryDirectory();
    const id = makeCgroup(mount, '/a');
    const paths = new CgroupPaths(mount);
    paths.walk(0);
    removeCgroup(mount, '');
    paths.walk(5_000);
    expect(paths.lookUp(id, 5_000)).toBe('/a');
    expect(paths.isLive('/a')).toBe(true);
  });
});

describe('an id that is not known', () => {
  test('is walked for, also where the last walk was a moment ago', () => {
    const mount = makeTemporaryDirectory();
    const paths = new CgroupPaths(mount);
    paths.walk(10_000);
    const id = makeCgroup(mount, '/new');
    expect(paths.lookUp(id, 10_000.1)).toBe('/new');
  });

  test('shares a walk with the others of its dump', () => {
    const paths = new CgroupPaths(makeTemporaryDirectory());
    const walk = vi.spyOn(paths, 'walk');
    for (const id of ['7', '8', '9']) paths.lookUp(id, 1_000);
    expect(walk).toHaveBeenCalledTimes(1);
  });

  test('is walked for once, because a cgroup that had events before a walk is gone if it is not found', () => {
    const paths = new CgroupPaths(makeTemporaryDirectory());
    const walk = vi.spyOn(paths, 'walk');
    for (const nowMs of [0, 1_000, 2_000, 3_000]) paths.lookUp(UNKNOWN, nowMs);
    expect(walk).toHaveBeenCalledTimes(1);
  });

  test('waits for its turn where a walk takes long, and has its path then', () => {
    const mount = makeTemporaryDirectory();
    let clockMs = 0;
    const paths = new CgroupPaths(mount, '', () => (clockMs += 200));
    paths.walk(0);
    const id = makeCgroup(mount, '/new');
    expect(paths.lookUp(id, 1_000)).toBeUndefined();
    expect(paths.lookUp(id, 1_999)).toBeUndefined();
    expect(paths.lookUp(id, 2_000)).toBe('/new');
  });

  test('costs no walk where all ids are known', () => {
    const mount = makeTemporaryDirectory();
    const id = makeCgroup(mount, '/a');
    const paths = new CgroupPaths(mount);
    paths.walk(0);
    const walk = vi.spyOn(paths, 'walk');
    for (const nowMs of [1_000, 2_000, 3_000]) expect(paths.lookUp(id, nowMs)).toBe('/a');
    expect(walk).not.toHaveBeenCalled();
  });
});

test.each([1n, 7n])(
  'before Linux 5.5, an id with generation %d above its inode number is found',
  (generation) => {
    const mount = makeTemporaryDirectory();
    const inode = makeCgroup(mount, '/a');
    const paths = new CgroupPaths(mount);
    expect(paths.lookUp(String((generation << 32n) + BigInt(inode)), 0)).toBe('/a');
  },
);

test.each(['', '-1', 'cgroup', '0x1', '4294967296x', '99999999999999999999'])(
  'the id %j is no cgroup',
  (id) => {
    expect(new CgroupPaths(makeTemporaryDirectory()).lookUp(id, 0)).toBeUndefined();
  },
);

describe('what the kernel tells', () => {
  test('is known without a walk', () => {
    const mount = makeTemporaryDirectory();
    const paths = new CgroupPaths(mount);
    paths.walk(0);
    const id = makeCgroup(mount, '/new');
    paths.learn(id, '/new');
    expect(paths.lookUp(id, 0)).toBe('/new');
    expect(paths.isLive('/new')).toBe(true);
  });

  test('of a cgroup that is gone already still names it', () => {
    const paths = new CgroupPaths(makeTemporaryDirectory());
    paths.walk(0);
    paths.learn('77', '/short-lived');
    expect(paths.lookUp('77', 0)).toBe('/short-lived');
    expect(paths.isLive('/short-lived')).toBe(false);
  });

  test('is that of a cgroup that is gone where another one has that path by now', () => {
    const mount = makeTemporaryDirectory();
    const id = makeCgroup(mount, '/system.slice');
    const paths = new CgroupPaths(mount);
    paths.learn('1', '/system.slice');
    paths.learn(id, '/system.slice');
    expect(paths.lookUp('1', 0)).toBe('/system.slice');
    expect(paths.lookUp(id, 0)).toBe('/system.slice');
  });

  test('does as a begin where it came cut and the cgroup is gone', () => {
    const mount = makeTemporaryDirectory();
    const id = makeCgroup(mount, '/kubepods.slice/pod7');
    const paths = new CgroupPaths(mount);
    paths.learn('77', '/kubepods.slice/pod', true);
    paths.learn(id, '/kubepods.slice/pod', true);
    expect(paths.lookUp('77', 0)).toBe('/kubepods.slice/pod');
    expect(paths.lookUp(id, 0)).toBe('/kubepods.slice/pod7');
  });

  test.each(['', 'system.slice', '..'])('is not believed where the path is %j', (path) => {
    const paths = new CgroupPaths(makeTemporaryDirectory());
    paths.walk(0);
    paths.learn('77', path);
    expect(paths.lookUp('77', 0)).toBeUndefined();
  });

  test('of an id that a walk did not find is believed', () => {
    const mount = makeTemporaryDirectory();
    const paths = new CgroupPaths(mount);
    expect(paths.lookUp('77', 0)).toBeUndefined();
    paths.learn('77', '/a');
    expect(paths.lookUp('77', 1)).toBe('/a');
  });
});

describe('a cgroup that is gone', () => {
  test('is found by its id still, whether the kernel told or a walk found out', () => {
    const mount = makeTemporaryDirectory();
    const told = makeCgroup(mount, '/told');
    const seen = makeCgroup(mount, '/seen');
    const paths = new CgroupPaths(mount);
    paths.walk(0);
    paths.forget(told);
    removeCgroup(mount, '/told');
    removeCgroup(mount, '/seen');
    expect(paths.isLive('/told')).toBe(false);
    expect(paths.isLive('/seen')).toBe(true);
    paths.walk(1_000);
    expect(paths.isLive('/seen')).toBe(false);
    expect([told, seen].map((id) => paths.lookUp(id, 1_000))).toEqual(['/told', '/seen']);
  });

  test('is forgotten when 4,096 others are gone since', () => {
    const paths = new CgroupPaths(makeTemporaryDirectory());
    paths.walk(0);
    for (let id = 1; id <= 4_097; id += 1) paths.learn(`9${id}`, `/run-${id}`);
    expect(paths.lookUp('91', 0)).toBeUndefined();
    expect(paths.lookUp('9600', 0)).toBe('/run-600');
    expect(paths.lookUp('94097', 0)).toBe('/run-4097');
  });

  test('leaves its path to a new one, even if nobody told that it is gone', () => {
    const mount = makeTemporaryDirectory();
    const id = makeCgroup(mount, '/web');
    const paths = new CgroupPaths(mount);
    paths.learn('77', '/web');
    paths.learn(id, '/web');
    paths.forget('77');
    expect(paths.isLive('/web')).toBe(true);
    expect(paths.lookUp(id, 0)).toBe('/web');
  });

  test('that nobody knew is no error', () => {
    const paths = new CgroupPaths(makeTemporaryDirectory());
    paths.forget(UNKNOWN);
    expect(paths.lookUp(UNKNOWN, 0)).toBeUndefined();
  });
});

test('on this machine, a cgroup is found by its id, and its name is known after its end', (context) => {
  const layout = readCgroupLayout('');
  if (layout.kind === 'v1' || layout.kind === 'none') {
    return skip(context, `needs cgroups of version 2: here is ${layout.kind}`);
  }
  const name = `/ebpf-processes-test-${process.pid}`;
  try {
    mkdirSync(`${layout.v2Mount}${name}`);
  } catch (error) {
    return skip(context, `needs to make a cgroup in ${layout.v2Mount}: ${String(error)}`);
  }
  const paths = new CgroupPaths(layout.v2Mount);
  let id: string;
  try {
    id = String(statSync(`${layout.v2Mount}${name}`, { bigint: true }).ino);
    expect(paths.lookUp(id, 0)).toBe(name);
  } finally {
    rmdirSync(`${layout.v2Mount}${name}`);
  }
  paths.walk(1_000);
  expect(paths.isLive(name)).toBe(false);
  expect(paths.lookUp(id, 1_000)).toBe(name);
});

/** Cgroups one in the other, deeper than a path may be long. @returns The ids at levels 1, 128, 129 and 160. */
function makeDeep(mount: string): string[] {
  const script = `
    const { mkdirSync, statSync } = require('node:fs');
    process.chdir(process.argv[1]);
    for (let level = 1; level <= 160; level += 1) {
      const name = level <= 128 ? 'd' : 'n'.repeat(200);
      mkdirSync(name);
      process.chdir(name);
      if ([1, 128, 129, 160].includes(level)) console.log(statSync('.').ino);
    }`;
  onTestFinished(() => void execFileSync('rm', ['-rf', `${mount}/d`]));
  return execFileSync(process.execPath, ['-e', script, mount], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

/** The default reporter shows no reasons. */
function skip(context: TestContext, reason: string): never {
  process.stderr.write(`not run: ${reason}\n`);
  return context.skip(reason);
}
