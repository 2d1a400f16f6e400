import { describe, expect, test } from 'vitest';
import { readLines } from './netdata-lines.ts';

describe('a line is read as Netdata reads it', () => {
  test.each([
    ['SET a = 5', ['SET', 'a', '5']],
    ['SET a=5', ['SET', 'a', '5']],
    ["CHART '' 'a b'", ['CHART', '', 'a b']],
    [`"it's" 'a "b"'`, ["it's", 'a "b"']],
    ["'a'b", ['a', 'b']],
    ["a'b c'", ["a'b", "c'"]],
    ["'a b", ['a b']],
    ["'a\\' b' c", ["a\\' b", 'c']],
  ])('%s', (line, words) => {
    expect(readLines(`${line}\n`)).toEqual([words]);
  });
});

test('a line that Netdata may tear is none', () => {
  expect(() => readLines(`SET ${'a'.repeat(15_360)}\n`)).toThrow('a line of 15364 bytes');
  expect(() => readLines(`${'a '.repeat(21)}\n`)).toThrow('a line of 21 words');
});
