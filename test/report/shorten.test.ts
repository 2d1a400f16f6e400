import { describe, expect, test } from 'vitest';
import { renderTable, type Style } from '../../src/report/page-table.ts';
import { shortenAll } from '../../src/report/shorten.ts';
import { widthOf, wrapText } from '../../src/report/wrap.ts';
import { fc, RUNS } from '../property.ts';

const PLAIN: Style = (_, text) => text;

describe('names that are too long', () => {
  test.each<[string, string[], string[]]>([
    ['lose their middle', ['a-long-name-indeed'], ['a-lo…ndeed']],
    [
      'lose what they have in common',
      ['a-long-a-name', 'a-long-b-name'],
      ['a-…-a-name', 'a-…-b-name'],
    ],
    [
      'keep more of their front where they differ there',
      ['abcdefg1-longer-name', 'abcdefg2-longer-name'],
      ['abcdefg1-…', 'abcdefg2-…'],
    ],
    [
      'are numbered where nothing else helps',
      [`${'x'.repeat(20)}a${'x'.repeat(20)}`, `${'x'.repeat(20)}b${'x'.repeat(20)}`],
      ['xxxxxxx…~1', 'xxxxxxx…~2'],
    ],
  ])('%s', (_, names, short) => {
    expect(shortenAll(names, 10)).toEqual(short);
  });

  test('stay distinct and fit', () => {
    const names = fc.array(fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(names, (all) => {
        const short = shortenAll(all, 12);
        expect(new Set(short).size).toBe(new Set(all).size);
        for (const name of short) expect(widthOf(name)).toBeLessThanOrEqual(12);
      }),
      { numRuns: 2 * RUNS },
    );
  });
});

test('a table gives up the longest names first, and keeps its numbers', () => {
  const rows = [
    ['1,000', 'short', `/system.slice/${'x'.repeat(90)}/a.service`],
    ['2', '日本語', '/'],
  ];
  const lines = renderTable(['>created', 'program', 'cgroup'], rows, PLAIN, 60).split('\n');
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(60);
  expect(lines[1]).toMatch(/^ {2}1,000 {2}short {4}\/system\.slice\/x+…x+\/a\.service$/);
  expect(lines[2]).toBe('      2  日本語   /');
});

test('a text is wrapped at words, a number stays with its %, a wide character takes two columns', () => {
  expect(wrapText('ab cd ef', 5)).toEqual(['ab cd', 'ef']);
  expect(wrapText('ab 99 % cd', 6)).toEqual(['ab', '99 %', 'cd']);
  expect(wrapText('日本 ab', 6)).toEqual(['日本', 'ab']);
  expect(wrapText('a-word-that-is-long b', 5)).toEqual(['a-word-that-is-long', 'b']);
});
