import { describe, expect, test } from 'vitest';
import { buildKey } from '../keys.ts';
import { grow } from './grow.ts';

/** All but the groups of children were compared with apps.plugin 1.37. */
describe('Netdata 1.x: a process that no pattern matches has the group', () => {
  const LIST = 'java: java\nssh: sshd\ninit: init';

  test.each<[string, Parameters<typeof grow>[1], Record<number, string>]>([
    [
      'of its nearest ancestor that one matches',
      { 10: { comm: 'sshd' }, 11: { parent: 10 }, 12: { parent: 11 } },
      { 11: 'ssh', 12: 'ssh' },
    ],
    [
      'other, where a child has one',
      { 10: { comm: 'wrapper' }, 11: { comm: 'java', parent: 10 }, 12: { parent: 10 } },
      { 10: 'other', 11: 'java', 12: 'other' },
    ],
    [
      'of init, where a pattern matches it',
      { 1: { comm: 'init', parent: 0 }, 10: {} },
      { 10: 'init' },
    ],
    [
      'other, where init has children with groups',
      { 1: { comm: 'x', parent: 0 }, 10: {}, 11: { comm: 'java' } },
      { 1: 'other', 10: 'other' },
    ],
  ])('%s', (_, processes, groups) => {
    const { tree } = grow(LIST, processes, 'first');
    for (const [id, group] of Object.entries(groups)) expect(ask(tree, Number(id))).toBe(group);
  });
});

describe('Netdata 2: a process that no pattern matches has', () => {
  const LIST = 'java: java\nssh: sshd\nsystemd: systemd\ncron: cron*';
  const SYSTEM = { 1: { comm: 'systemd', parent: 0 } };
  const SHIM = {
    comm: 'containerd-shim',
    cmdline: '/usr/bin/containerd-shim-runc-v2\0-id\0x\0',
  };

  test.each<[string, Parameters<typeof grow>[1], Record<number, string>]>([
    [
      'its own group below init',
      { ...SYSTEM, 10: { comm: 'myapp' }, 11: { comm: 'sh', parent: 10 } },
      { 1: 'systemd', 10: 'myapp', 11: 'myapp' },
    ],
    [
      'its own group below a manager, which is a group of its own too',
      { ...SYSTEM, 10: SHIM, 11: { comm: 'redis', parent: 10 }, 12: { comm: 'sh', parent: 11 } },
      { 10: 'containerd-shim-runc-v2', 11: 'redis', 12: 'redis' },
    ],
    [
      'nothing of a manager that a pattern matches',
      { ...SYSTEM, 10: { comm: 'crond' }, 11: { comm: 'backup', parent: 10 } },
      { 10: 'crond', 11: 'backup' },
    ],
    [
      'that of its nearest ancestor below a manager',
      { ...SYSTEM, 10: { comm: 'java' }, 11: { comm: 'sshd', parent: 10 }, 12: { parent: 11 } },
      { 10: 'java', 11: 'ssh', 12: 'ssh' },
    ],
    [
      'a whole name and no ending',
      {
        ...SYSTEM,
        10: { comm: 'networkd-dispat', cmdline: 'python3\0/bin/networkd-dispatcher.py\0' },
      },
      { 10: 'networkd-dispatcher' },
    ],
    [
      'the name of its script',
      { ...SYSTEM, 10: { comm: 'python3', cmdline: 'python3\0/opt/backup.py\0' } },
      { 10: 'backup' },
    ],
    [
      'the group kernel, where it is a thread of that',
      { ...SYSTEM, 2: { comm: 'kthreadd', parent: 0 }, 9: { comm: 'kworker/0:1', parent: 2 } },
      { 2: 'kernel', 9: 'kernel' },
    ],
    [
      'for a manager, that of whoever is on top above it',
      { ...SYSTEM, 10: { comm: 'netdata' }, 11: { comm: 'spawn-plugins', parent: 10 } },
      { 10: 'netdata', 11: 'netdata' },
    ],
    [
      'that of an init that is no manager',
      { 1: { comm: 'entry.sh', parent: 0 }, 10: {}, 11: { comm: 'java' } },
      { 1: 'entry.sh', 10: 'entry.sh', 11: 'java' },
    ],
    ['other, where its parent is not known', { 11: { comm: 'x', parent: 10 } }, { 11: 'other' }],
  ])('%s', (_, processes, groups) => {
    const { tree } = grow(LIST, processes, 'caseless');
    for (const [id, group] of Object.entries(groups)) expect(ask(tree, Number(id))).toBe(group);
  });

  test('where it was too short-lived to be read, its own group below a manager', () => {
    const { tree } = grow(
      LIST,
      { ...SYSTEM, 10: SHIM, 11: { comm: 'redis', parent: 10 } },
      'second',
    );
    expect(tree.groupOf(buildKey({ comm: 'date', parent: 10 }), 0)).toBe('date');
    expect(tree.groupOf(buildKey({ comm: 'date', parent: 11 }), 0)).toBe('redis');
    expect(tree.groupOf(buildKey({ comm: 'sshd', parent: 10 }), 0)).toBe('ssh');
    expect(tree.groupOf(buildKey({ comm: 'date', parent: 99 }), 0)).toBe('other');
    expect(tree.groupOf(buildKey({ comm: '', parent: 10 }), 0)).toBe('other');
  });

  test('other, when there are 500 such groups', () => {
    const { tree } = grow(LIST, SYSTEM, 'second');
    const groups = new Set<string>();
    for (let i = 0; i < 2_000; i += 1) groups.add(tree.groupOf(buildKey({ comm: `x${i}` }), 0));
    expect(groups.size).toBe(501);
    expect(tree.groupOf(buildKey({ comm: 'x1999' }), 0)).toBe('other');
    expect(tree.groupOf(buildKey({ comm: 'x0' }), 0)).toBe('x0');
  });
});

function ask(tree: ReturnType<typeof grow>['tree'], id: number): string {
  return tree.groupOf(buildKey({ id, comm: '', parent: 0 }), 0);
}

describe.each(['own', 'first', 'caseless'] as const)('in the dialect %s', (dialect) => {
  test('a chain of 900 processes is known by who started it', () => {
    const chain = Array.from({ length: 900 }, (_, i) => [11 + i, { parent: 10 + i }] as const);
    const { tree } = grow(
      'cron: cron',
      { ...Object.fromEntries(chain), 10: { comm: 'cron' } },
      dialect,
    );
    expect(ask(tree, 910)).toBe('cron');
  });

  test('children at the end of a long chain cost no more for its length', () => {
    const chain = Array.from({ length: 900 }, (_, i) => [11 + i, { parent: 10 + i }] as const);
    const { tree } = grow('cron: cron', { ...Object.fromEntries(chain), 10: {} }, dialect);
    for (let i = 0; i < 200_000; i += 1)
      tree.groupOf(buildKey({ comm: `x${i % 1_000}`, parent: 910 }), 0);
    // A minute, longer than the suite waits, where each of them looks at all its ancestors.
  });

  test('an endless one ends, and so does a circle', () => {
    const chain = Array.from({ length: 5_000 }, (_, i) => [11 + i, { parent: 10 + i }] as const);
    const circle = { 10: { parent: 5_010 } };
    const { tree } = grow('cron: cron', { ...Object.fromEntries(chain), ...circle }, dialect);
    for (let id = 10; id < 5_010; id += 1) ask(tree, id);
  });
});
