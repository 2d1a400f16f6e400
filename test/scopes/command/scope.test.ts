import { describe, expect, test } from 'vitest';
import { CommandScope } from '../../../src/scopes/command/scope.ts';
import { buildPlanFor } from '../../builders.ts';
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

function openScope(file: string): CommandScope {
  return new CommandScope({
    plan: buildPlanFor(),
    isOwn: ({ cgroup }) => cgroup === '7',
    starter: STARTER,
    file,
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
