import { describe, expect, test } from 'vitest';
import { DIALECTS } from '../../../src/scopes/apps/dialect.ts';
import { parseAppGroups } from '../../../src/scopes/apps/parse-app-groups.ts';
import { inShort } from './short.ts';

describe.each(Object.values(DIALECTS))('as $name reads it', (dialect) => {
  test.each<[string, string, string[], string]>([
    [
      'a colon that stands too far behind',
      'ethereum node: *geth*',
      ['ethereum = node', 'ethereum = *geth*'],
      'the group is `ethereum`, and `node` before the colon is a pattern; the name of a group has no space',
    ],
    [
      'a colon inside a pattern',
      'oci: runc:[2:INIT] b',
      ['oci = runc', 'oci = [2', 'oci = INIT]', 'oci = b'],
      'a colon ends a word, so that `runc` and `[2` are two patterns; quotes keep them together',
    ],
    [
      'a backslash before a space',
      'plex: Plex\\ Media\\ Serv',
      ['plex = Plex\\', 'plex = Media\\', 'plex = Serv'],
      'a backslash keeps no space, so that `Plex\\` and `Media\\` are two words; quotes keep them together',
    ],
    [
      'a backslash in the name of the group',
      'my\\ app: x',
      ['my\\ = app', 'my\\ = x'],
      'a backslash keeps no space, so that `my\\` and `app` are two words; quotes keep them together',
    ],
  ])('%s is told', (_, line, patterns, sentence) => {
    const read = inShort(`# a comment\n${line}`, dialect);
    expect(read.patterns).toEqual(patterns);
    expect(read.problems).toContain(`2: ${sentence}`);
  });

  test.each([
    'a : b',
    ':a: b',
    'a: b # c: d',
    'a: b :',
    `a: 'b: c' "d:e"`,
    'a: b\\',
    'a: b\\c\\d',
    `a: 'b\\ c'`,
  ])('%s is none', (line) => {
    expect(inShort(line, dialect).problems).toEqual([]);
  });

  test.each([
    [
      'a: ssh*',
      'b: sshd',
      '`sshd` matches nothing, because `ssh*` of line 1 for group `a` matches it first',
    ],
    [
      'a: ssh*',
      'b: sshd*',
      '`sshd*` matches nothing, because `ssh*` of line 1 for group `a` matches it first',
    ],
    [
      'a: *pd',
      'b: *httpd',
      '`*httpd` matches nothing, because `*pd` of line 1 for group `a` matches it first',
    ],
    [
      'a: *java*',
      'b: *java-17*',
      '`*java-17*` matches nothing, because `*java*` of line 1 for group `a` matches it first',
    ],
    [
      'a: *',
      'b: sshd',
      '`sshd` matches nothing, because `*` of line 1 for group `a` matches it first',
    ],
  ])('%s before %s leaves nothing to it', (first, second, sentence) => {
    expect(inShort(`${first}\n${second}`, dialect).problems).toEqual([`2: ${sentence}`]);
  });

  test.each([
    ['a: sshd', 'b: ssh*'],
    ['a: ssh*', 'a: sshd'],
    ['a: *ssh', 'b: sshd'],
    ['a: *jav*', 'b: java'],
    ['a: *java-17*', 'b: *java*'],
    // Of Netdata's own lists.
    ['netmanager: nm*', 'samba: smbd nmbd'],
    ['VMs: qemu*', 'guest-agent: qemu-ga'],
    ['xfs: xfs*', 'desktop: xfsettingsd'],
  ])('%s before %s is none', (first, second) => {
    expect(inShort(`${first}\n${second}`, dialect).problems).toEqual([]);
  });
});

test('a list of 10,000 patterns is read, and a longer one is not', () => {
  const list = (count: number) =>
    `g: ${Array.from({ length: count }, (_, i) => `*p${i}x*`).join(' ')}`;
  const read = parseAppGroups(list(10_000), DIALECTS.own);
  expect([read.groups.patterns.length, read.refused]).toEqual([10_000, undefined]);
  const refused = parseAppGroups(list(10_001), DIALECTS.own);
  expect(refused).toMatchObject({
    problems: [],
    refused: 'has more than 10000 patterns',
    groups: { patterns: [] },
  });
});

test('a list with 100 asterisks inside patterns is read, and one with more is not', () => {
  const list = (count: number) =>
    Array.from({ length: count }, (_, i) => `g: *a${i}*b*`).join('\n');
  expect(parseAppGroups(list(100), DIALECTS.caseless).refused).toBeUndefined();
  expect(parseAppGroups(list(101), DIALECTS.caseless).refused).toBe(
    'has more than 100 patterns with an asterisk inside',
  );
  expect(parseAppGroups(list(101), DIALECTS.first).refused).toBeUndefined();
});

test('a list of managers has an end too', () => {
  const list = `managers: ${'a '.repeat(20_000)}`;
  expect(parseAppGroups(list, DIALECTS.caseless).refused).toBe('has more than 10000 patterns');
});

test('of upper and lower case it is the same pattern from 2.6 on', () => {
  const list = 'a: vbox*\nb: VBoxSVC';
  expect(inShort(list, DIALECTS.second).problems).toEqual([]);
  expect(inShort(list, DIALECTS.caseless).problems).toEqual([
    '2: `VBoxSVC` matches nothing, because `vbox*` of line 1 for group `a` matches it first',
  ]);
});
