import { describe, expect, test } from 'vitest';
import type { LiveProcess } from '../../../src/procfs/process.ts';
import { KnownTasks } from '../../../src/scopes/tasks/known.ts';
import { buildAttributor, buildDump, type DumpParts, Taker, toRecord } from '../dumps.ts';
import { buildKey, type KeyParts } from '../keys.ts';

const LIVE: LiveProcess = { comm: 'live', parent: 5, cmdline: '', startTicks: 1 };

describe('a task that its key only numbers', () => {
  test('has the comm and the parent that stand beside the keys', () => {
    const tasks = new KnownTasks(() => undefined);
    tasks.note(buildDump({ parents: { 10: 7 }, comms: { 10: 'sh' } }));
    expect(tasks.complete(only(10))).toMatchObject({ comm: 'sh', parent: 7 });
  });

  test('keeps them in later dumps, and a new name replaces the old', () => {
    const tasks = new KnownTasks(() => undefined);
    tasks.note(buildDump({ parents: { 10: 7 }, comms: { 10: 'sh' } }));
    tasks.note(buildDump({ comms: { 10: 'true' } }));
    expect(tasks.complete(only(10))).toMatchObject({ comm: 'true', parent: 7 });
  });

  test('is another one where its id was given again', () => {
    const tasks = new KnownTasks(() => undefined);
    tasks.note(buildDump({ parents: { 10: 7 }, comms: { 10: 'sh' } }));
    tasks.note(buildDump({ parents: { 10: 8 } }));
    expect(tasks.complete(only(10))).toMatchObject({ comm: '', parent: 8 });
  });

  test('is looked up in /proc where nothing stands beside the keys, and only once', () => {
    let asked = 0;
    const tasks = new KnownTasks((id) => {
      asked += 1;
      return id === 10 ? LIVE : undefined;
    });
    tasks.note(buildDump({ comms: { 10: 'sh' } }));
    for (let i = 0; i < 3; i += 1) {
      // What the kernel said is of the event; /proc is of now.
      expect(tasks.complete(only(10))).toMatchObject({ comm: 'sh', parent: 5 });
      expect(tasks.complete(only(11))).toMatchObject({ comm: '', parent: 0 });
    }
    expect(asked).toBe(2);
  });
});

describe('events whose keys number the task', () => {
  test.each<[string, DumpParts, Record<string, Record<string, number>>]>([
    [
      'belong to the group of the name beside them',
      { scalars: { exec: 2 }, keys: [[only(10), 2]], comms: { 10: 'nginx' } },
      { web: { exec: 2 } },
    ],
    [
      'belong to the group of the parent beside them',
      {
        scalars: { exec: 2, process_created: 1 },
        keys: [
          [only(10), 2],
          [{ ...only(7), counter: 'process_created' }, 1],
        ],
        comms: { 10: 'x', 7: 'nginx' },
        parents: { 10: 7 },
      },
      { web: { exec: 2, process_created: 1 } },
    ],
  ])('%s', (_, dump, expected) => {
    const attributor = buildAttributor({ knownTasks: new KnownTasks(() => undefined) });
    new Taker(attributor).take(dump);
    const { apps } = attributor.state();
    expect(
      Object.fromEntries(apps.map(({ name, counters }) => [name, toRecord(counters)])),
    ).toEqual(expected);
  });
});

function only(id: number): KeyParts & ReturnType<typeof buildKey> {
  return buildKey({ id, parent: 0, comm: '' });
}
