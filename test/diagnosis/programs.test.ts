import { expect, test } from 'vitest';
import { MOST_PROGRAMS, Programs } from '../../src/diagnosis/programs.ts';
import { buildEndingIndex } from '../../src/program/key/layout.ts';
import { buildKey } from '../scopes/keys.ts';

const PATH_OF = (cgroup: string) => (cgroup === '1' ? '/' : undefined);

const ending = (lifetime: number | undefined, exitCode: number) => ({
  counter: 'process_exited',
  index: buildEndingIndex({ lifetime, exitCode }),
});

function take(keys: readonly (readonly [Parameters<typeof buildKey>[0], number])[]): Programs {
  const programs = new Programs();
  for (const [key, count] of keys) programs.take(buildKey(key), count);
  return programs;
}

test('execs and exits are counted by program and cgroup, failures by how', () => {
  const programs = take([
    [{ comm: 'a', cgroup: '1', counter: 'exec' }, 5],
    [{ comm: 'a', cgroup: '1', ...ending(0, 0) }, 2],
    [{ comm: 'a', cgroup: '1', ...ending(1, 3 << 8) }, 1],
    [{ comm: 'a', cgroup: '1', ...ending(4, 3 << 8) }, 1],
    [{ comm: 'a', cgroup: '1', ...ending(4, 9) }, 7],
    [{ comm: 'a', cgroup: '2', counter: 'exec' }, 6],
    [{ comm: 'a', cgroup: '2', counter: 'thread_exited' }, 6],
  ]);
  expect(programs.list(PATH_OF, 10)).toEqual([
    {
      comm: 'a',
      cgroup: '/',
      execs: 5,
      exited: 11,
      failures: [
        { exitCode: 9, count: 7 },
        { exitCode: 3 << 8, count: 2 },
      ],
      parents: [{ id: 1, execs: 5, failed: 9 }],
    },
    {
      comm: 'a',
      cgroup: null,
      execs: 6,
      exited: 0,
      failures: [],
      parents: [{ id: 1, execs: 6, failed: 0 }],
    },
  ]);
  expect(programs.lifetimes).toEqual([2, 1, 0, 0, 8, 0, 0]);
});

test('those that failed most come first, and each list has its own first ones', () => {
  const programs = take([
    [{ comm: 'runs', counter: 'exec' }, 9],
    [{ comm: 'runs less', counter: 'exec' }, 8],
    [{ comm: 'fails', ...ending(0, 1 << 8) }, 1],
    [{ comm: 'fails more', ...ending(0, 1 << 8) }, 2],
  ]);
  expect(programs.list(PATH_OF, 1).map(({ comm }) => comm)).toEqual(['fails more', 'runs']);
});

test('an exit of unknown age is in no class', () => {
  const programs = take([[ending(undefined, 2 << 8), 3]]);
  expect(programs.lifetimes).toEqual([0, 0, 0, 0, 0, 0, 0]);
  expect(programs.list(PATH_OF, 1)).toMatchObject([{ exited: 3, failures: [{ count: 3 }] }]);
});

test('programs beyond the first names are counted together', () => {
  const programs = take(
    Array.from({ length: MOST_PROGRAMS + 3 }, (_, i) => [
      { comm: `p${i}`, counter: 'exec' },
      i < MOST_PROGRAMS ? 1 : 5,
    ]),
  );
  expect(programs.list(PATH_OF, 1)).toMatchObject([
    { comm: null, cgroup: null, execs: 15, exited: 0, failures: [] },
  ]);
});

test('of the parents of one name the first 16 are told apart, and those with most children are listed', () => {
  const programs = take(
    Array.from({ length: 20 }, (_, i) => [{ parent: 100 + i, counter: 'exec' }, i + 1]),
  );
  expect(programs.list(PATH_OF, 1)[0]?.parents).toEqual([
    { id: 115, execs: 16, failed: 0 },
    { id: 114, execs: 15, failed: 0 },
    { id: 113, execs: 14, failed: 0 },
  ]);
});

test('after a reset it counts from zero', () => {
  const programs = take([[ending(0, 9), 1]]);
  programs.reset();
  expect(programs.list(PATH_OF, 9)).toEqual([]);
  expect(programs.lifetimes).toEqual([0, 0, 0, 0, 0, 0, 0]);
});
