import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../../src/scopes/apps/dialect.ts';
import { inShort, matches } from './short.ts';

const FIRST = DIALECTS.first;

// All of these were compared with apps.plugin 1.37.
describe('Netdata 1.x', () => {
  test.each<[string, string, string, boolean, string]>([
    [
      'systemd-networkd',
      'systemd-network',
      '/lib/systemd/systemd-networkd\0',
      false,
      'comms alone',
    ],
    ['systemd-network', 'systemd-network', '/lib/systemd/systemd-networkd\0', true, 'a cut name'],
    ['systemd-*', 'systemd-network', '/lib/systemd/systemd-networkd\0', true, 'its begin'],
    ['*networkd', 'systemd-network', '/lib/systemd/systemd-networkd\0', false, 'not its whole end'],
    ['backup', 'python3', '/usr/bin/python3\0/opt/backup.py\0', false, 'no names of scripts'],
    ['*backup.py*', 'python3', '/usr/bin/python3\0/opt/backup.py\0', true, 'the command line'],
    ['md*_raid*', 'md0_raid1', '', false, 'an asterisk inside is text'],
    ['VBox*', 'vboxsvc', '', false, 'case'],
    ['-node', 'node', '', true, 'an option'],
  ])('%s, comm %s of %j: %s, because of %s', (pattern, comm, cmdline, isMatch) => {
    expect(matches(FIRST, pattern, comm, cmdline)).toBe(isMatch);
  });

  test('says what an asterisk inside is', () => {
    expect(inShort('raid: md*_raid*', FIRST)).toEqual({
      patterns: ['raid = md*_raid*'],
      problems: [
        '1: an asterisk inside `md*_raid*` is text to Netdata 1.x, and stands for nothing else before Netdata 2.0',
      ],
    });
  });

  test('takes a line whose first pattern it knows for the earlier group', () => {
    expect(inShort('b: bar\nc: bar x y\nd: z bar w\nc: v', FIRST)).toEqual({
      patterns: ['b = bar', 'b = x', 'b = y', 'd = z', 'd = w', 'c = v'],
      problems: [
        '2: the patterns of this line go to group `b`, because its first one is `bar`, and line 1 has it for group `b`',
        '3: `bar` is left out, because line 1 has it for group `b`',
      ],
    });
  });

  test('knows a pattern again by its text without leading asterisks, and with the last one', () => {
    expect(inShort('a: *foo* clam*\nb: foo* x\nc: *clam\nd: -foo*', FIRST).patterns).toEqual([
      'a = *foo*',
      'a = clam*',
      'a = x',
      'c = *clam',
      'd = foo*',
    ]);
  });

  test('has no managers: theirs is a group like others', () => {
    expect(inShort('managers: init', FIRST)).toEqual({
      patterns: ['managers = init'],
      problems: [],
    });
  });
});
