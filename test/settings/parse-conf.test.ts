import { decode } from 'ini';
import { describe, expect, test } from 'vitest';
import { parseConf, quote } from '../../src/settings/parse-conf.ts';
import { anyText } from '../any-text.ts';
import { fc } from '../property.ts';

test('takes sections, names and values with the numbers of their lines', () => {
  const text = '# head\n[global]\n\tupdate every = 5\n\n[ebpf programs]\nprocess=yes';
  expect(parseConf(text)).toEqual({
    lines: [
      { section: 'global', name: 'update every', value: '5', line: 3 },
      { section: 'ebpf programs', name: 'process', value: 'yes', line: 6 },
    ],
    sections: [
      { name: 'global', line: 2 },
      { name: 'ebpf programs', line: 5 },
    ],
    ignored: [],
  });
});

test('takes an empty text', () => {
  expect(parseConf('')).toEqual({ lines: [], sections: [], ignored: [] });
});

test('names the lines that Netdata skips', () => {
  const text = 'apps = yes\n[global]\napps\n= yes\n[open\n]\n\u001b[2J';
  const { lines, ignored } = parseConf(text);
  expect(lines).toEqual([]);
  expect(ignored.map(({ line, describe }) => `${line}: ${describe()}`)).toEqual([
    '1: "apps = yes" stands in no section; write [global] above it',
    '3: "apps" is not NAME = VALUE',
    '4: "= yes" is not NAME = VALUE',
    '5: "[open" is not NAME = VALUE',
    '6: "]" is not NAME = VALUE',
    '7: "\\u001b[2J" is not NAME = VALUE',
  ]);
});

/** A line of `[global]` → what Netdata reads, and what other INI readers do (`null`: nothing). */
const DIFFERENCES: [string, string, [string, string] | null, unknown][] = [
  ['a # behind a value is of the value', 'apps = yes # on', ['apps', 'yes # on'], { apps: 'yes' }],
  ['a ; behind a value is of the value', 'apps = yes ; on', ['apps', 'yes ; on'], { apps: 'yes' }],
  ['a line with ; is no comment', '; apps = yes', ['; apps', 'yes'], {}],
  ['quotes are of the value', 'apps = "yes"', ['apps', '"yes"'], { apps: 'yes' }],
  ['backslashes are of the value', 'p = a\\;b', ['p', 'a\\;b'], { p: 'a;b' }],
  ['true is a word', 'apps = true', ['apps', 'true'], { apps: true }],
  ['null is a word', 'apps = null', ['apps', 'null'], { apps: null }],
  ['a name without = is nothing', 'apps', null, { apps: true }],
  ['there are no lists', 'apps[] = yes', ['apps[]', 'yes'], { apps: ['yes'] }],
  ['any name is a name', '__proto__ = yes', ['__proto__', 'yes'], {}],
  ['white space around is nothing', '\t apps\t=\t yes \r', ['apps', 'yes'], { apps: 'yes' }],
  ['the first = divides', 'a = b = c', ['a', 'b = c'], { a: 'b = c' }],
  ['a value can be empty', 'apps =', ['apps', ''], { apps: '' }],
];

describe('reads a line as Netdata does, not as other INI readers do', () => {
  test.each(DIFFERENCES)('%s', (_, line, ours, others) => {
    const { lines } = parseConf(`[global]\n${line}`);
    expect(lines.map(({ name, value }) => [name, value])).toEqual(ours === null ? [] : [ours]);
    expect({ ...decode(line) }).toEqual(others);
  });

  test('a section may be indented', () => {
    expect(parseConf('  [global]').sections).toEqual([{ name: 'global', line: 1 }]);
    expect(decode('  [global]')).not.toHaveProperty('global');
  });

  test('a name with a dot is no section within another', () => {
    const text = '[a.b]\nc = d';
    expect(parseConf(text).lines).toMatchObject([{ section: 'a.b', name: 'c' }]);
    expect(decode(text)).toEqual({ a: { b: { c: 'd' } } });
  });
});

test('reads what both can read as other INI readers do', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9 -]{0,12}[a-z0-9]$/);
  const plain = word.filter((text) => !['true', 'false', 'null'].includes(text));
  const sections = fc.dictionary(plain, fc.dictionary(plain, plain));
  fc.assert(
    fc.property(sections, fc.constantFrom('=', ' = ', '\t=  '), (config, equals) => {
      const text = Object.entries(config)
        .map(([section, options]) =>
          [`[${section}]`, ...Object.entries(options).map((pair) => pair.join(equals))].join('\n'),
        )
        .join('\n\n');
      const read: Record<string, Record<string, string>> = {};
      const { lines, sections, ignored } = parseConf(text);
      for (const { name } of sections) read[name] = {};
      for (const { section, name, value } of lines)
        Object.assign(read[section] ?? {}, { [name]: value });
      expect(ignored).toEqual([]);
      expect(read).toEqual(JSON.parse(JSON.stringify(decode(text))));
    }),
  );
});

test('reads any text, and every line of it at most once', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { lines, sections, ignored } = parseConf(text);
      const numbers = [...lines, ...sections, ...ignored].map(({ line }) => line);
      expect(new Set(numbers).size).toBe(numbers.length);
      for (const { describe } of ignored) expect(describe()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }),
  );
});

test('quotes words so that a terminal does not obey them', () => {
  expect(quote('a"b\u001b[2J\u009b\u202e\ufeff')).toBe('"a\\"b\\u001b[2J\\u009b\\u202e\\ufeff"');
});

test('a megabyte of white space between two words is of the value', () => {
  const value = `a${' '.repeat(2 ** 20)}b`;
  expect(parseConf(`[global]\napps = ${value}  `).lines[0]?.value).toBe(value);
});
