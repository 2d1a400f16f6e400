import { describe, expect, test } from 'vitest';
import type { AppGroups } from '../../../src/scopes/apps/app-groups.ts';
import { DIALECTS } from '../../../src/scopes/apps/dialect.ts';
import { Identifier } from '../../../src/scopes/apps/identify.ts';
import { parseAppGroups } from '../../../src/scopes/apps/parse-app-groups.ts';
import { fc, RUNS } from '../../property.ts';
import { findNaively } from './naive-matcher.ts';

describe('of a whole name', () => {
  test.each<[string, string, boolean]>([
    ['sshd', 'sshd', true],
    ['sshd', 'sshd2', false],
    ['sshd', 'xsshd', false],
    ['sshd', 'SSHD', false],
    ['ssh*', 'ssh', true],
    ['ssh*', 'sshd', true],
    ['ssh*', 'xssh', false],
    ['*imapd', 'imapd', true],
    ['*imapd', 'courier-imapd', true],
    ['*imapd', 'imapd2', false],
    ['*', 'anything', true],
    ['*', '', true],
    ['dwm.*', 'dwm', false],
    ['a*b*', 'a*bc', true],
    ['a*b*', 'axbc', true],
    ['a*b*', 'ab', true],
    ['a*b*', 'xab', false],
    ['a*b*c', 'abbcc', true],
    ['a*b*c', 'abc-', false],
    ['*a*b', 'xa-b', true],
    ['*a*b', 'xa-bc', false],
    ['a*a', 'a', false],
    ["'Web Content'", 'Web Content', true],
    ['a=b', 'a=b', true],
    ['\xe9*', '\xe9\xff', true],
    // A thread of the kernel, as /proc shows it.
    ['kworker/*', 'kworker/R-quota_events_unbound', true],
    ['rcu_tasks_trace_kthread', 'rcu_tasks_trace_kthread', true],
    [`${'x'.repeat(200)}*`, 'x'.repeat(201), true],
  ])('%s matches %s: %s', (pattern, comm, isMatch) => {
    expect(matchOne(pattern, comm)).toBe(isMatch);
    expect(matchOne(pattern, comm, '')).toBe(isMatch);
    expect(matchOne(pattern, comm, '/bin/true\0sshd\0')).toBe(isMatch);
  });
});

describe('of a comm of 15 bytes', () => {
  const COMM = 'systemd-journal';
  const JOURNALD = '/usr/lib/systemd/systemd-journald\0';

  test.each<[string, string | undefined, boolean, string]>([
    ['systemd-journald', undefined, true, 'its first 15 bytes'],
    ['systemd-journald', '', true, 'its first 15 bytes'],
    ['systemd-journald', JOURNALD, true, 'the program’s name'],
    ['systemd-journald', 'systemd-journal.plugin\x002\0', false, 'another name with these 15'],
    ['systemd-journald', 'python3\0-c\0x\0', true, 'a name that the task gave itself'],
    ['systemd-journal', JOURNALD, true, 'the comm as it is'],
    ['systemd-journal', undefined, true, 'the comm as it is'],
    ['systemd-journa', undefined, false, 'shorter than the comm'],
    ['systemd-journe-x', undefined, false, 'other bytes'],
    ['systemd-*', JOURNALD, true, 'a shorter begin'],
    ['systemd-journald*', undefined, true, 'its first 15 bytes'],
    ['systemd-journald*', JOURNALD, true, 'the program’s name'],
    ['systemd-journald-*', JOURNALD, false, 'longer than the program’s name'],
    ['*journald', JOURNALD, true, 'the program’s name'],
    ['*journald', undefined, false, 'not known from what it was cut'],
    ['*journal', JOURNALD, false, 'the end of a cut name'],
    ['*journal', undefined, true, 'the end of what is known'],
  ])('%s, command line %j: %s, %s', (pattern, cmdline, isMatch) => {
    expect(matchOne(pattern, COMM, cmdline)).toBe(isMatch);
  });

  test.each([
    ['a script', 'networkd-dispat', '/usr/bin/python3\0/usr/bin/networkd-dispatcher\0--run\0'],
    ['a script with an option', 'networkd-dispat', 'python3\0-Es\0/bin/networkd-dispatcher\0'],
    ['a daemon that wrote a title', 'networkd-dispat', 'networkd-dispatcher: waiting on a/b\0\0\0'],
    ['a title in parentheses', 'networkd-dispat', 'networkd-dispatcher (SERVER)'],
  ])('%s is known by its whole name', (_, comm, cmdline) => {
    expect(matchOne('networkd-dispatcher', comm, cmdline)).toBe(true);
    expect(matchOne('networkd-dispatcher2', comm, cmdline)).toBe(false);
  });

  test('an argument further on is none of its names', () => {
    expect(
      matchOne('networkd-dispatchers', 'networkd-dispat', 'sh\0-c\0x\0networkd-dispatcher\0'),
    ).toBe(true);
  });

  test('of several long patterns with these bytes the first in the file is taken', () => {
    const groups = parse('a: systemd-journal-b*\nc: systemd-journald');
    expect(matchAppGroup(groups, COMM, undefined)).toBe('a');
    expect(matchAppGroup(groups, COMM, JOURNALD)).toBe('c');
  });

  test('shorter ones were never cut', () => {
    expect(matchOne('systemd-journald', 'systemd-journa')).toBe(false);
  });
});

describe('of the command line', () => {
  test.each<[string, string, string | undefined, boolean]>([
    ["'*aws s3*'", 'python3', '/usr/bin/python3\0/usr/bin/aws\0s3\0ls\0', true],
    ["'*aws s3*'", 'python3', '/usr/bin/aws s3', true],
    ['*aws*', 'aws', '/usr/bin/python3\0x\0', false],
    ['*aws*', 'my-aws-tool', undefined, true],
    ['*aws*', 'my-aws-tool', '', true],
    ['*aws*', 'awk', undefined, false],
    ['*/nut/*', 'usbhid-ups', '/lib/nut/usbhid-ups\0-a\0', true],
    ['*/nut/*', 'usbhid-ups', undefined, false],
  ])('%s matches %s with %j: %s', (pattern, comm, cmdline, isMatch) => {
    expect(matchOne(pattern, comm, cmdline)).toBe(isMatch);
  });
});

describe('the first in the file wins', () => {
  const KINDS = ['java', 'ja*', '*va', '*kafka*'];
  const PAIRS = KINDS.flatMap((first) =>
    KINDS.filter((second) => second !== first).map((second) => [first, second]),
  );

  test.each(PAIRS)('%s before %s', (first, second) => {
    const groups = parse(`first: ${first}\nsecond: ${second}`);
    expect(matchAppGroup(groups, 'java', 'java\0kafka\0')).toBe('first');
  });

  test('of three substrings', () => {
    const groups = parse('a: *x*\nb: java\nc: *a*\nd: *kafka*');
    expect(matchAppGroup(groups, 'java', 'java\0kafka\0')).toBe('b');
    expect(matchAppGroup(groups, 'java', 'java\0x\0')).toBe('a');
    expect(matchAppGroup(groups, 'jvm', 'jvm\0kafka\0')).toBe('c');
    expect(matchAppGroup(groups, 'jvm', 'jvm\0')).toBeUndefined();
  });

  test('of two prefixes, be it the shorter or the longer', () => {
    expect(matchAppGroup(parse('a: ssh*\nb: sshd*'), 'sshd', undefined)).toBe('a');
    expect(matchAppGroup(parse('b: sshd*\na: ssh*'), 'sshd', undefined)).toBe('b');
  });
});

test('no pattern matches nothing', () => {
  expect(matchAppGroup(parse(''), 'sshd', undefined)).toBeUndefined();
});

test('a pattern of the default group is one like others', () => {
  expect(matchAppGroup(parse('other: ssh*\nssh: sshd'), 'sshd', undefined)).toBe('other');
});

describe('whatever the file', () => {
  // Two letters and short texts, so that patterns overlap; 13 bytes before some of them, so that names are cut.
  const text = fc
    .tuple(
      fc.constantFrom('', 'a'.repeat(13)),
      fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 }),
    )
    .map((parts) => parts.join(''));
  const pattern = fc
    .tuple(fc.constantFrom('', '*'), text, fc.constantFrom('', '*'))
    .map((parts) => parts.join(''));
  const file = fc
    .array(fc.array(pattern, { minLength: 1, maxLength: 3 }), { maxLength: 12 })
    .map((lines) => lines.map((words, i) => `g${i}: ${words.join(' ')}`).join('\n'));
  const comm = text.map((name) => name.slice(0, 15));
  const cmdline = fc.option(
    fc
      .array(fc.tuple(fc.constantFrom('', '/bin/', 'b '), text, fc.constantFrom('', ' a', ': b')), {
        maxLength: 4,
      })
      .map((list) => list.map((parts) => `${parts.join('')}\0`).join('')),
    { nil: undefined },
  );

  test('the index finds what trying each pattern in order finds', () => {
    fc.assert(
      fc.property(file, comm, cmdline, (text, comm, cmdline) => {
        const groups = parse(text);
        const naive = findNaively(groups.patterns, comm, cmdline)?.group;
        expect(matchAppGroup(groups, comm, cmdline)).toBe(naive);
      }),
      { numRuns: 20 * RUNS },
    );
  });

  test('a comm that is an exact pattern has the group of the first pattern that matches it', () => {
    fc.assert(
      fc.property(file, cmdline, (text, cmdline) => {
        const groups = parse(text);
        for (const { kind, text: comm } of groups.patterns) {
          if (kind !== 'exact') continue;
          const naive = findNaively(groups.patterns, comm, cmdline)?.group;
          expect(naive).toBeDefined();
          expect(matchAppGroup(groups, comm, cmdline)).toBe(naive);
        }
      }),
    );
  });
});

function parse(text: string): AppGroups {
  return parseAppGroups(text, DIALECTS.own).groups;
}

function matchAppGroup(groups: AppGroups, comm: string, cmdline?: string): string | undefined {
  return new Identifier(groups).ofProcess({ comm, cmdline: cmdline ?? '' }).group;
}

function matchOne(pattern: string, comm: string, cmdline?: string): boolean {
  return matchAppGroup(parse(`g: ${pattern}`), comm, cmdline) === 'g';
}
