import { describe, expect, test } from 'vitest';
import { readField } from '../../src/program/fields.ts';
import { renderProgram } from '../../src/program/render.ts';
import { buildBpftrace, buildPlanFor } from '../builders.ts';

const POINT = 'task:task_newtask';

describe('a field of a tracepoint', () => {
  test.each([
    [1, '(uint64)*(uint8*)((uint64)args + 32)'],
    [4, '(uint64)*(uint32*)((uint64)args + 32)'],
    [8, '*(uint64*)((uint64)args + 32)'],
  ])('of %i bytes is read by its place', (bytes, read) => {
    const fieldPlaces = new Map([[`${POINT}.flags`, { offset: 32, bytes }]]);
    expect(readField({ fieldPlaces }, POINT, 'flags')).toEqual({
      prelude: [`$arg_flags = ${read};`],
      value: '$arg_flags',
    });
  });

  test.each([
    ['of which no place is known', new Map()],
    ['of an odd length', new Map([[`${POINT}.flags`, { offset: 32, bytes: 16 }]])],
  ])('%s is named', (_, fieldPlaces) => {
    expect(readField({ fieldPlaces }, POINT, 'flags')).toEqual({
      prelude: [],
      value: 'args->flags',
    });
  });
});

test.each([
  ['0.17.0', false],
  ['0.23.2', true],
])('bpftrace %s names fields whose places are known: %s', (version, names) => {
  const places: [string, number, number][] = [
    ['task:task_newtask.clone_flags', 32, 8],
    ['sched:sched_process_exit.group_dead', 32, 1],
    ...['mkdir', 'rmdir'].flatMap((word): [string, number, number][] => [
      [`cgroup:cgroup_${word}.root`, 8, 4],
      [`cgroup:cgroup_${word}.id`, 16, 8],
      [`cgroup:cgroup_${word}.path`, 24, 4],
    ]),
  ];
  const fieldPlaces = new Map(
    places.map(([field, offset, bytes]) => [field, { offset, bytes }] as const),
  );
  const facts = { bpftrace: buildBpftrace(version), fieldPlaces };
  const { text } = renderProgram(buildPlanFor(facts, 'entry', { apps: true, cgroups: true }));
  expect(text.includes('args->')).toBe(names);
});
