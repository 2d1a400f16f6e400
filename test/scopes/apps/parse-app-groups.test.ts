import { describe, expect, test } from 'vitest';
import type { PatternKind } from '../../../src/scopes/apps/app-pattern.ts';
import { DIALECTS } from '../../../src/scopes/apps/dialect.ts';
import { parseAppGroups as parseIn } from '../../../src/scopes/apps/parse-app-groups.ts';
import { anyText } from '../../any-text.ts';
import { fc } from '../../property.ts';

describe('a line', () => {
  test.each<[string, string, string[]]>([
    ['has a group and patterns', 'ssh: sshd scp', ['ssh = sshd', 'ssh = scp']],
    ['needs no colon', 'ssh sshd scp', ['ssh = sshd', 'ssh = scp']],
    ['may begin with a colon', ':ssh:sshd scp:', ['ssh = sshd', 'ssh = scp']],
    ['may have no space at all', 'a:b', ['a = b']],
    ['is split at tabs and control bytes', 'a:\tb\x01c\x00d\x7fe', 'bcde'.split('').map(inA)],
    ['may begin with spaces', '  a: b', ['a = b']],
    ['is a comment from # on', 'a: b #c d', ['a = b']],
    ['has no comment inside a word', 'a: b#c', ['a = b#c']],
    ['may be a comment', '# a: b', []],
    ['may be a comment after spaces and a colon', ' :#a: b', []],
    ['may be empty', '', []],
    ['may be blank', ' \t : ', []],
    ['keeps case, digits, dots and hyphens', 'aws-S3.x: S3Cmd', ['aws-S3.x = S3Cmd']],
  ])('%s', (_, line, patterns) => {
    expect(inShort(line)).toEqual({ patterns, problems: [] });
  });

  test.each(['\n', '\r\n', '\r'])('ends with %j, which counts once', (end) => {
    const { groups } = parseAppGroups(['', 'a: b', '', '# c', 'd: e'].join(end));
    expect(groups.patterns.map(({ text, line }) => [text, line])).toEqual([
      ['b', 2],
      ['e', 5],
    ]);
  });

  test('may be the first behind a mark of the byte order', () => {
    expect(inShort('\xef\xbb\xbfa: b')).toEqual({ patterns: ['a = b'], problems: [] });
  });
});

describe('a pattern', () => {
  test.each([
    ['name', 'exact', 'name', ''],
    ['name*', 'prefix', 'name', ''],
    ['*name', 'suffix', 'name', ''],
    ['*name*', 'substring', 'name', ''],
    ['*', 'suffix', '', ''],
    ['**', 'suffix', '', ''],
    ['-name', 'exact', 'name', 'hidden'],
    ['+name', 'exact', 'name', 'debug'],
    ['-+*name*', 'substring', 'name', 'hidden debug'],
    ['--name*', 'prefix', 'name', 'hidden'],
    ['name-+', 'exact', 'name-+', ''],
    ['na=me', 'exact', 'na=me', ''],
  ])('%s is %s %j %s', (word, kind, text, flags) => {
    const { groups, problems } = parseAppGroups(`g: ${word}`);
    const [hidden, debug] = [flags.includes('hidden'), flags.includes('debug')];
    expect(groups.patterns).toEqual([
      { group: 'g', kind, text, isWildcard: false, hidden, debug, line: 1 },
    ]);
    expect(problems).toEqual([]);
  });

  test.each(['-', '+', '-+-', "''", '""'])('%s alone is reported', (word) => {
    const { patterns, problems } = inShort(`g: a ${word} b`);
    expect(patterns).toEqual(['g = a', 'g = b']);
    expect(problems).toEqual([
      `1: \`${word.replaceAll(/['"]/g, '')}\` is a pattern without a name to match`,
    ]);
  });

  test.each([
    ['*-name', 'suffix', 'name', '-'],
    ['*+-*name', 'suffix', 'name', '+-'],
    ['*-name*', 'substring', 'name', '-'],
    ['*-*', 'suffix', '', '-'],
  ])(
    '%s is %s %j: Netdata ignores the %s as text, and here it hides nothing',
    (word, kind, text, ignored) => {
      const { groups, problems } = parseAppGroups(`g: ${word}`);
      expect(groups.patterns).toMatchObject([{ kind, text, hidden: false, debug: false }]);
      expect(problems).toEqual([
        {
          line: 1,
          sentence: `\`${ignored}\` behind the asterisk of \`${word}\` is ignored, because the text of a pattern cannot begin so`,
        },
      ]);
    },
  );

  test('with an asterisk inside is a wildcard', () => {
    const { groups, problems } = parseAppGroups('raid: md*_raid* a');
    expect(groups.patterns.map(({ text, isWildcard }) => [text, isWildcard])).toEqual([
      ['md*_raid', true],
      ['a', false],
    ]);
    expect(problems).toEqual([]);
  });
});

describe('quotes', () => {
  test.each<[string, string, string[]]>([
    ['keep spaces, tabs and colons', `a: 'b\tc: d' e`, ['a = b\tc: d', 'a = e']],
    ['may be double', 'a: "b c"', ['a = b c']],
    ['keep the other quote', `a: "it's" 'say "x"'`, [`a = it's`, `a = say "x"`]],
    ['keep what would be a comment', `a: '#b'`, ['a = #b']],
    ['stand around options and asterisks', `a: '-*b c*'`, ['a = *b c*']],
    ['may stand around the group', `'a b': c`, ['a b = c']],
    ['say nothing in a comment', `a: b # don't "c`, ['a = b']],
  ])('%s', (_, line, patterns) => {
    expect(inShort(line)).toEqual({ patterns, problems: [] });
  });

  test('that stay open end with their line, and are reported', () => {
    expect(inShort(`a: 'b c\nd: e'f\ng: "h`)).toEqual({
      patterns: ['a = b c', `d = e'f`, 'g = h'],
      problems: [
        '1: the quote before `b c` is not closed, so that the line closes it',
        "2: the quote in `e'f` is read as text, because the word does not begin with it",
        '3: the quote before `h` is not closed, so that the line closes it',
      ],
    });
  });

  test('end their word, and what follows at once is reported', () => {
    expect(inShort(`a: 'b c'* 'd''e'`)).toEqual({
      patterns: ['a = b c', 'a = *', 'a = d', 'a = e'],
      problems: [
        '1: a quote ends its word, so that `*` after it is a word by itself',
        "1: a quote ends its word, so that `'e'` after it is a word by itself",
      ],
    });
  });
});

describe('a group', () => {
  test('may have several lines', () => {
    expect(inShort('a: b\nc: d\na: e')).toEqual({
      patterns: ['a = b', 'c = d', 'a = e'],
      problems: [],
    });
  });

  test('may be the default group', () => {
    expect(inShort('other: b')).toEqual({ patterns: ['other = b'], problems: [] });
  });

  test.each([
    ['a', 'group `a` has no pattern on this line'],
    ['a: # b', 'group `a` has no pattern on this line'],
    ["'': b", 'the line does not begin with the name of a group, and is left out'],
    ['--: b', 'the line does not begin with the name of a group, and is left out'],
    ['managers: init', '`managers` sets something for Netdata 2, and defines no group here'],
    ['interpreters: sh', '`interpreters` sets something for Netdata 2, and defines no group here'],
  ])('%s is none, and the lines around it hold', (line, sentence) => {
    expect(inShort(`c: d\n${line}\ne: f`)).toEqual({
      patterns: ['c = d', 'e = f'],
      problems: [`2: ${sentence}`],
    });
  });

  test.each<[string, string, string[]]>([
    ['by its name', '-a: b c\nd: e', ['a']],
    ['by its name, however many hyphens', '--a: b', ['a']],
    ['by its first pattern', 'a: -b c\nd: e', ['a']],
    ['on all its later lines', '-a: b\na: c', ['a']],
    ['not by a plus or an asterisk, which are parts of its name', '+a: b\n*c: d', []],
  ])('is hidden %s', (_, text, hidden) => {
    const { groups, problems } = parseAppGroups(text);
    expect([...groups.hidden]).toEqual(hidden);
    for (const { group, hidden } of groups.patterns) expect(hidden).toBe(groups.hidden.has(group));
    expect(problems).toEqual([]);
  });

  test.each(['a: b -c', 'a: b\n-a: c d'])('is not hidden later: %j', (text) => {
    const { groups, problems } = parseAppGroups(text);
    expect(groups.hidden.size).toBe(0);
    expect(problems.map(({ sentence }) => sentence)).toEqual([
      '`-` hides group `a` only where it is first named, before its name or its first pattern',
    ]);
  });
});

describe('of two patterns alike', () => {
  test('the first counts, and the rest of the later line is its own', () => {
    expect(inShort('a: b\nc: b d\na: e')).toEqual({
      patterns: ['a = b', 'c = d', 'a = e'],
      problems: ['2: `b` is left out, because line 1 has it for group `a`'],
    });
  });

  test('one may have options', () => {
    const { groups, problems } = parseAppGroups('a: b*\nc: -+b* d');
    expect(groups.patterns).toHaveLength(2);
    expect(groups.hidden.size).toBe(0);
    expect(problems).toEqual([
      { line: 2, sentence: '`-+b*` is left out, because line 1 has it for group `a`' },
    ]);
  });

  test('a group that has no other does not exist', () => {
    expect(inShort('a: b\nc: b').patterns).toEqual(['a = b']);
  });

  test('the kinds are alike as well', () => {
    expect(inShort('a: b *b b* *b*').problems).toEqual([]);
  });

  test('nothing is told where they are of one group', () => {
    expect(inShort('a: b\na: b c')).toEqual({ patterns: ['a = b', 'a = c'], problems: [] });
  });
});

describe('a hostile name', () => {
  test.each([
    ['bytes of UTF-8', bytes('größe')],
    ['a space of UTF-8, which is part of a name', bytes('a\u00a0b')],
    ['bytes that are no UTF-8', '\xff\x80\x9f'],
    ['an equals sign', 'a=b'],
    ['a dollar and parentheses', '$(a)'],
    ['a backslash', 'a\\b'],
    ['200 characters', 'a'.repeat(200)],
  ])('with %s is whole, as group and as pattern', (_, name) => {
    expect(inShort(`${name}: ${name}`)).toEqual({ patterns: [`${name} = ${name}`], problems: [] });
  });

  test('is shown as people read it, on one line, and not without end', () => {
    const names = [bytes('größe'), '\xff', `"\x1b[2J"`, 'é'.repeat(61), bytes('é'.repeat(61))];
    const { problems } = parseAppGroups(names.join('\n'));
    expect(problems.map(({ sentence }) => sentence.split('`')[1])).toEqual([
      'größe',
      '\ufffd',
      '\ufffd[2J',
      `${'\ufffd'.repeat(60)}…`,
      `${'é'.repeat(60)}…`,
    ]);
  });
});

test('the shapes of a real file are read without a word', () => {
  const text = [
    '## comment',
    'netdata: netdata',
    'apps.plugin: apps.plugin',
    'charts.d.plugin: *charts.d.plugin*',
    'httpd: apache* httpd nginx* lighttpd hiawatha caddy h2o',
    'mda: dovecot *imapd *pop3d *popd',
    "aws-s3: '*aws s3*' s3cmd s5cmd",
    "gui: '*systemd --user*' xdg-* at-spi-*",
    'VMs: vbox* VBox* qemu* kvm*',
    'X: X Xorg xinit xdm Xwayland xsettingsd',
    'dwm: dwm.*',
    'ups: upsmon upsd */nut/* apcupsd',
    'kernel: kworker kthreadd kauditd',
    'kernel: ksoftirqd',
  ].join('\n');
  const { groups, problems } = parseAppGroups(text);
  expect(problems).toEqual([]);
  const texts = (kind: PatternKind) =>
    groups.patterns.filter((pattern) => pattern.kind === kind).map(({ text }) => text);
  expect(texts('substring')).toEqual(['charts.d.plugin', 'aws s3', 'systemd --user', '/nut/']);
  expect(texts('suffix')).toEqual(['imapd', 'pop3d', 'popd']);
  expect(texts('prefix')).toContain('dwm.');
  expect(texts('exact')).toHaveLength(23);
});

describe('whatever the bytes', () => {
  const anyBytes = fc.uint8Array({ size: 'large' }).map((array) => String.fromCharCode(...array));
  const anyWords = fc.string({ unit: fc.constantFrom(...`ab-+*'"#: \n\r\t\xe9`), size: 'large' });

  test('nothing throws, and every pattern and problem has a line of the file', () => {
    fc.assert(
      fc.property(fc.oneof(anyBytes, anyWords, anyText), (text) => {
        const { groups, problems } = parseAppGroups(text);
        const lines = text.split(/\r\n|[\r\n]/).length;
        for (const { line } of [...groups.patterns, ...problems]) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
        }
        for (const { sentence } of problems) expect(sentence).not.toMatch(/[\r\n]/);
      }),
    );
  });

  test('a line never changes what another one says, but for hiding and repetitions', () => {
    fc.assert(
      fc.property(anyWords, (before) => {
        const { groups } = parseAppGroups(`${before}\nlast: "never said above"`);
        expect(groups.patterns.at(-1)).toMatchObject({ group: 'last', text: 'never said above' });
      }),
    );
  });
});

function parseAppGroups(text: string) {
  return parseIn(text, DIALECTS.own);
}

/** `group = pattern` for each pattern, and `line: sentence` for each problem. */
function inShort(text: string): { patterns: string[]; problems: string[] } {
  const { groups, problems } = parseAppGroups(text);
  return {
    patterns: groups.patterns.map(({ group, kind, text }) => {
      const before = kind === 'suffix' || kind === 'substring' ? '*' : '';
      const after = kind === 'prefix' || kind === 'substring' ? '*' : '';
      return `${group} = ${before}${text}${after}`;
    }),
    problems: problems.map(({ line, sentence }) => `${line}: ${sentence}`),
  };
}

function inA(text: string): string {
  return `a = ${text}`;
}

/** A text as latin1 reads its bytes from a file of UTF-8. */
function bytes(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
