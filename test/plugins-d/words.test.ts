import { describe, expect, test } from 'vitest';
import { readPlainWords, readWords } from './words.ts';

describe('a line is read as an agent reads it', () => {
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
    expect(readWords(line)).toEqual(words);
  });
});

test('a line that an agent may tear is none', () => {
  expect(() => readWords(`SET ${'a'.repeat(15_360)}`)).toThrow('a line of 15365 bytes');
  expect(() => readWords(`${'a '.repeat(21)}`)).toThrow('a line of 21 words');
});

test.each([
  ["SET 'a b = 1", 'a quote that does not end'],
  ["SET 'a'b = 1", 'two words without a separator'],
  ["SET 'a\\'b' = 1", 'a backslash'],
  ['SET a\tb', 'a control character'],
])('%j leaves something to chance', (line, fault) => {
  expect(() => readPlainWords(line)).toThrow(fault);
});
