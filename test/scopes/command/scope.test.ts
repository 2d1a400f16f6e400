import { describe, expect, test } from 'vitest';
import { CommandScope } from '../../../src/scopes/command/scope.ts';
import { toRecord } from '../dumps.ts';
import { buildKey } from '../keys.ts';

const STARTER = 500;

test('what is the command’s is counted, in all and by name', () => {
  const scope = openScope('make');
  scope.take(buildKey({ comm: 'cc', cgroup: '7' }), 2);
  scope.take(buildKey({ comm: 'ld', cgroup: '7' }), 1);
  scope.take(buildKey({ comm: 'cc', cgroup: '7', counter: 'error', index: 11 }), 3);
  scope.take(buildKey({ comm: 'cron', cgroup: '8' }), 9);
  expect(toRecord(scope.total)).toEqual({ exec: 3, error: 3, 'error:11': 3 });
  expect(commsOf(scope)).toEqual({ cc: { exec: 2, error: 3, 'error:11': 3 }, ld: { exec: 1 } });
});

test('a command that did nothing has no counts', () => {
  const scope = openScope('true');
  expect([toRecord(scope.total), commsOf(scope)]).toEqual([{}, {}]);
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
  return new CommandScope({ isOwn: ({ cgroup }) => cgroup === '7', starter: STARTER, file });
}

function commOf(file: string): string | undefined {
  const scope = openScope(file);
  const created = { id: STARTER, comm: 'node', cgroup: '7', counter: 'process_created' };
  scope.take(buildKey(created), 1);
  return [...scope.comms.entries.keys()][0];
}

function commsOf(scope: CommandScope) {
  return Object.fromEntries(
    [...scope.comms.entries].map(([comm, counts]) => [comm, toRecord(counts)]),
  );
}
