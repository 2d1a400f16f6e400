import { describe, expect, test } from 'vitest';
import { OWN } from '../../../src/program/double-buffer.ts';
import { buildEndingIndex, buildWhat, UNMARKED } from '../../../src/program/key/layout.ts';
import { CommandScope } from '../../../src/scopes/command/scope.ts';
import { buildPlanFor, buildSample } from '../../builders.ts';
import { toRecord } from '../dumps.ts';
import { buildKey } from '../keys.ts';

const STARTER = 500;

test('what is the command’s is counted, in all and by name', () => {
  const scope = openScope('make');
  scope.take(buildKey({ comm: 'cc', cgroup: '7' }), 2);
  scope.take(buildKey({ comm: 'ld', cgroup: '7' }), 1);
  scope.take(buildKey({ comm: 'cc', cgroup: '7', counter: 'error', index: 11 }), 3);
  scope.take(buildKey({ comm: 'cron', cgroup: '8' }), 9);
  expect(toRecord(scope.state().total)).toEqual({ exec: 3, 'error:11': 3 });
  expect(commsOf(scope)).toEqual({ cc: { exec: 2, 'error:11': 3 }, ld: { exec: 1 } });
});

test('a command that did nothing has no counts', () => {
  const scope = openScope('true');
  expect([toRecord(scope.state().total), commsOf(scope)]).toEqual([{}, {}]);
});

describe('tasks of the command are released', () => {
  const end = (scope: CommandScope, comm: string, count: number) =>
    scope.take(buildKey({ comm, cgroup: '7', counter: 'process_exited' }), count);

  test('where none of the machine waits', () => {
    const scope = openScope('make');
    end(scope, 'cc', 3);
    scope.release(0);
    expect(commsOf(scope)).toEqual({ cc: { process_exited: 3, released: 3 } });
  });

  test('but for those that may wait, until somebody looks whose they are', () => {
    const scope = openScope('make');
    end(scope, 'cc', 3);
    end(scope, 'ld', 1);
    scope.release(2);
    expect(toRecord(scope.state().total)).toEqual({ process_exited: 4, released: 2 });
    scope.release(2, ['ld']);
    expect(toRecord(scope.state().total)).toEqual({ process_exited: 4, released: 3 });
    scope.release(2, []);
    expect(toRecord(scope.state().total)).toEqual({ process_exited: 4, released: 4 });
  });
});

describe('what the starter creates is the command itself, under', () => {
  test.each([
    ['its name', 'make', 'make'],
    ['the name of its file', '/usr/bin/make', 'make'],
    ['as much of it as the kernel keeps', './a-name-of-20-letters', 'a-name-of-20-le'],
    ['a name with spaces', 'bin/my tool', 'my tool'],
  ])('%s', (_, file, comm) => {
    expect(commOf(file)).toBe(comm);
  });

  test('its bytes, as the kernel has them', () => {
    expect(commOf('/opt/caf\u00e9')).toBe('caf\xc3\xa9');
  });
});

describe('where the table was full', () => {
  const own = (counts: Record<number, number>) => ({
    ...buildSample().dump,
    keyed: new Map([[OWN, new Map(Object.entries(counts))]]),
  });

  test('what is under no key is in the total, and under no name', () => {
    const scope = openScope('make');
    scope.take(buildKey({ comm: 'cc', isOwn: true, cgroup: '7' }), 2);
    scope.take(buildKey({ comm: 'cc', isOwn: true, cgroup: '7', counter: 'error', index: 11 }), 1);
    scope.takeTotals(own({ [buildWhat('exec')]: 5, [buildWhat('error', 11)]: 4 }));
    expect(toRecord(scope.state().total)).toEqual({ exec: 5, 'error:11': 4 });
    expect(commsOf(scope)).toEqual({ cc: { exec: 2, 'error:11': 1 } });
    expect(toRecord(scope.state().dropped)).toEqual({ exec: 3, 'error:11': 3 });
  });

  test('each dump has its own rest', () => {
    const scope = openScope('make');
    for (const count of [5, 2]) {
      scope.take(buildKey({ comm: 'cc', isOwn: true, cgroup: '7' }), 2);
      scope.takeTotals(own({ [buildWhat('exec')]: count }));
    }
    expect(toRecord(scope.state().total)).toEqual({ exec: 7 });
    expect(toRecord(scope.state().dropped)).toEqual({ exec: 3 });
  });

  test('what is the command’s by its place alone is not in the program’s total', () => {
    const scope = openScope('make');
    scope.take(buildKey({ comm: 'cc', isOwn: false, cgroup: '7' }), 2);
    scope.takeTotals(own({ [buildWhat('exec')]: 1 }));
    expect(toRecord(scope.state().total)).toEqual({ exec: 3 });
    expect(toRecord(scope.state().dropped)).toEqual({ exec: 1 });
  });

  test('tasks that are under no name are released too', () => {
    const scope = openScope('make');
    scope.takeTotals(own({ [buildWhat('process_exited')]: 4 }));
    scope.release(1);
    expect(toRecord(scope.state().total)).toEqual({ process_exited: 4, released: 3 });
  });

  test('releases are not known where tasks wait and nobody can tell whose they are', () => {
    const scope = openScope('make');
    scope.takeTotals(own({ [buildWhat('process_exited')]: 4 }));
    scope.release(1, null);
    expect(scope.state().total.released).toBeNull();
    scope.release(0, null);
    expect(scope.state().total.released).toBe(4);
  });

  test('how the command itself ended is told by the key of its exit', () => {
    const scope = openScope('make');
    const end = (parent: number, exitCode: number) =>
      scope.take(
        buildKey({
          parent,
          cgroup: '7',
          counter: 'process_exited',
          index: buildEndingIndex({ lifetime: 0, exitCode }),
        }),
        1,
      );
    end(600, 9);
    expect(scope.state().exitCode).toBeUndefined();
    end(STARTER, 35);
    end(600, 9);
    expect(scope.state().exitCode).toBe(35);
  });

  test('processes that could not be marked are counted', () => {
    const scope = openScope('make');
    scope.takeTotals(own({ [UNMARKED]: 3 }));
    scope.takeTotals(own({ [UNMARKED]: 1 }));
    expect(scope.state().unmarked).toBe(4);
    expect(toRecord(scope.state().total)).toEqual({});
  });
});

test('where the kernel has another id for the starter, the first process that one of its name creates is the command', () => {
  const scope = new CommandScope({
    plan: buildPlanFor(),
    isOwn: () => true,
    starter: { id: undefined, comm: 'node' },
    file: 'make',
    launcher: 'setpriv',
  });
  scope.take(buildKey({ id: 900, comm: 'node', counter: 'process_created' }), 1);
  scope.take(buildKey({ id: 901, comm: 'node', counter: 'process_created' }), 5);
  scope.take(buildKey({ parent: 900, comm: 'setpriv' }), 1);
  expect(commsOf(scope)).toEqual({ make: { process_created: 1 }, node: { process_created: 5 } });
});

describe('the exec of the program that starts the command as another user', () => {
  const exec = (parts: Parameters<typeof buildKey>[0], count = 1) => {
    const scope = openScope('make', 'setpriv');
    scope.take(buildKey({ comm: 'setpriv', parent: STARTER, cgroup: '7', ...parts }), count);
    return commsOf(scope);
  };

  test('is not the command’s', () => {
    expect(exec({})).toEqual({});
  });

  test.each([
    ['but one that the command makes of it is', { parent: 600 }, 1, 1],
    ['and only the first one', {}, 2, 1],
  ])('%s', (_, parts, count, counted) => {
    expect(exec(parts, count)).toEqual({ setpriv: { exec: counted } });
  });
});

function openScope(file: string, launcher?: string): CommandScope {
  return new CommandScope({
    plan: buildPlanFor(),
    isOwn: ({ cgroup }) => cgroup === '7',
    starter: { id: STARTER, comm: 'node' },
    file,
    launcher,
  });
}

function commOf(file: string): string | undefined {
  const scope = openScope(file);
  const created = { id: STARTER, comm: 'node', cgroup: '7', counter: 'process_created' };
  scope.take(buildKey(created), 1);
  return scope.state().comms[0]?.name;
}

function commsOf(scope: CommandScope) {
  return Object.fromEntries(
    scope.state().comms.map(({ name, counters }) => [name, toRecord(counters)]),
  );
}
