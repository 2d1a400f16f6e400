import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { DIALECTS } from '../../../src/scopes/apps/dialect.ts';
import { readAppGroups } from '../../../src/scopes/apps/read-app-groups.ts';

const root = mkdtempSync(join(tmpdir(), 'app-groups-'));
const user = join(root, 'user');
const stock = join(root, 'stock');
afterAll(() => rmSync(root, { recursive: true }));

beforeEach(() => {
  for (const directory of [user, stock]) {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory);
  }
});

function put(directory: string, text: string): void {
  writeFileSync(join(directory, 'apps_groups.conf'), text);
}

function read(version?: string) {
  return readAppGroups([user, stock], { version, stockDirectories: [stock] });
}

function groupsOf({ groups }: ReturnType<typeof readAppGroups>): string[] {
  return groups.patterns.map(({ group }) => group);
}

describe('a list is read', () => {
  const SECOND = '#managers: clear\na: b*c';

  test.each([
    ['v1.43.0', 'a: b', SECOND, DIALECTS.first],
    ['v2.3.1', 'a: b', 'a: b', DIALECTS.second],
    ['v2.11.0', 'a: b', undefined, DIALECTS.caseless],
    [undefined, 'a: b', SECOND, DIALECTS.caseless],
    [undefined, 'a: b', 'c: d', DIALECTS.first],
    [undefined, SECOND, 'c: d', DIALECTS.caseless],
    [undefined, 'a: b', undefined, DIALECTS.own],
    ['unknown', 'a: b', 'c: d', DIALECTS.first],
  ])('of Netdata %s, %j with stock list %j', (version, text, ofStock, dialect) => {
    put(user, text);
    if (ofStock !== undefined) put(stock, ofStock);
    expect(read(version).groups.dialect).toBe(dialect);
  });

  test('of the stock directory where the user has none, and of our own where nobody has', () => {
    expect(read().groups.dialect).toBe(DIALECTS.own);
    expect(groupsOf(read())).toContain('shells');
    put(stock, 'c: d');
    expect(groupsOf(read())).toEqual(['c']);
    put(user, 'a: b');
    expect(groupsOf(read())).toEqual(['a']);
  });
});

describe('what is wrong with a list', () => {
  test('is told once, with file and line', () => {
    put(user, 'a: b\nweb server: nginx');
    expect(read().problems).toEqual([
      `${user}/apps_groups.conf:2: the group is \`web\`, and \`server\` before the colon is a pattern; the name of a group has no space`,
    ]);
  });

  test('is not told of the lines of Netdata, nor where a user has copied them', () => {
    const line = 'md-raid: md*_raid* flush_md*';
    put(stock, `${line}\na: b`);
    expect(read('v1.43.0').problems).toEqual([]);
    put(user, `a: c*d\n${line}`);
    expect(read('v1.43.0').problems).toEqual([
      expect.stringContaining('apps_groups.conf:1: an asterisk inside `c*d`'),
    ]);
  });

  test('is not told without end', () => {
    put(user, Array.from({ length: 100 }, (_, i) => `g${i}`).join('\n'));
    const { problems } = read();
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe(`${user}/apps_groups.conf: 80 more lines like these`);
  });
});

test.each([
  [
    'of millions of patterns',
    Array.from({ length: 60_000 }, (_, i) => `g: *${i}*`).join('\n'),
    'has more than 10000 patterns',
  ],
  ['of a byte more than a MiB', 'g: '.padEnd(1_048_577, 'abcdefg '), 'is longer than 1024 KiB'],
])('one %s is not used, and the next one is', (_, text, problem) => {
  put(user, text);
  put(stock, 'c: d');
  const list = read();
  expect(groupsOf(list)).toEqual(['c']);
  expect(list.problems).toEqual([`${user}/apps_groups.conf ${problem}, so it is not used`]);
});
