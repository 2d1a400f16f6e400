import { expect, test } from 'vitest';
import { parseTaskKey } from '../../../src/program/key/parse.ts';
import { ProcessCgroups } from '../../../src/scopes/cgroups/process-cgroups.ts';
import { GoneProcesses, type Memory } from '../../../src/scopes/tasks/gone-processes.ts';
import { KnownTasks } from '../../../src/scopes/tasks/known.ts';
import { buildDump } from '../dumps.ts';
import { buildKey, encodeKey } from '../keys.ts';

function knowTasks(): Memory {
  const tasks = new KnownTasks(() => undefined);
  tasks.note(buildDump({ comms: { 5: 'a', 6: 'b', 7: 'c' } }));
  return tasks;
}

function knowCgroups(): Memory {
  const cgroups = new ProcessCgroups([], (id) => (id === 7 ? undefined : '4:memory:/a\n'));
  for (const id of [5, 6, 7]) {
    const key = parseTaskKey(encodeKey(buildKey({ id, parent: 0 })));
    if (key !== undefined) cgroups.pathsOf(key, 0);
  }
  return cgroups;
}

test.each([
  ['names and parents', knowTasks],
  ['cgroups', knowCgroups],
])('what is known of processes, their %s, is forgotten when they were gone for 15 s', (_, know) => {
  const memory = know();
  const live = new Set([5, 6]);
  const gone = new GoneProcesses([memory], () => live);
  gone.sweep(0);
  expect([...memory.ids()]).toEqual([5, 6, 7]);
  gone.sweep(14_000);
  expect([...memory.ids()]).toEqual([5, 6, 7]);
  live.delete(6);
  gone.sweep(15_000);
  expect([...memory.ids()]).toEqual([5, 6]);
  gone.sweep(30_000);
  expect([...memory.ids()]).toEqual([5]);
});

test('an id that was given again is another process, which lives', () => {
  const memory = knowTasks();
  const live = new Set([5, 6]);
  const gone = new GoneProcesses([memory], () => live);
  gone.sweep(0);
  live.add(7);
  gone.sweep(15_000);
  live.delete(7);
  gone.sweep(30_000);
  expect([...memory.ids()]).toEqual([5, 6, 7]);
});

test('where nothing is remembered, nobody is looked for', () => {
  new GoneProcesses([], () => {
    throw new Error('read');
  }).sweep(0);
});
