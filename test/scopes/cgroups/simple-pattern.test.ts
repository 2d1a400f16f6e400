import { describe, expect, test } from 'vitest';
import {
  matchesSimplePatterns,
  parseSimplePatterns,
} from '../../../src/scopes/cgroups/simple-pattern.ts';
import { fc } from '../../property.ts';

describe('a list of simple patterns', () => {
  test.each([
    ['a word is the whole text', '/docker', '/docker', true],
    ['a word is not its begin', '/docker', '/docker/web', false],
    ['an asterisk at the end', '/docker/*', '/docker/web', true],
    ['an asterisk stands for nothing too', '/docker/*', '/docker/', true],
    ['an asterisk at the begin', '*.scope', '/a/b.scope', true],
    ['an asterisk at the begin has to reach the end', '*.scope', '/a/b.scope/c', false],
    ['an asterisk stands for slashes', '/a*z', '/a/b/c/z', true],
    ['asterisks around', '*kubepods*', '/x/kubepods.slice', true],
    ['asterisks between', '*/kubepods/*/pod*/*', '/kubepods/burstable/pod1/2', true],
    ['parts in the wrong order', '*b*a*', '/a/b', false],
    ['parts may not share text', 'ab*ba', 'aba', false],
    ['a part is found again where it is needed', '*ab*b', 'ab-ab', true],
    ['many asterisks are one', '**a***b**', 'xaxbx', true],
    ['an asterisk alone', '*', '/', true],
    ['nothing is not matched', '*', '', false],
    ['no pattern', '', '/a', false],
    ['the first match decides', '!*bad* *', '/bad', false],
    ['what the negation does not match goes on', '!*bad* *', '/good', true],
    ['a negation after the match', '* !*bad*', '/bad', true],
    ['only negations', '!a', 'b', false],
    ['a negation of nothing is no word', '! a', 'a', true],
    ['letters are of one case', '/Docker', '/docker', false],
    ['a backslash keeps a space in its word', 'my\\ group', 'my group', true],
    ['a backslash keeps a backslash', 'a\\\\x2d*', 'a\\x2db', true],
    ['any white space is between words', 'a\tb\n  c', 'c', true],
    ['a byte of a letter is no white space', 'a\u00a0b', 'a\u00a0b', true],
    ['a line break is a byte like others', 'a*b', 'a\nb', true],
  ])('%s', (_, list, text, expected) => {
    expect(matchesSimplePatterns(parseSimplePatterns(list), text)).toBe(expected);
  });

  test('matches as a regular expression of the same meaning does', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(word, text, (pattern, candidate) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(matchesSimplePatterns(parseSimplePatterns(pattern), candidate)).toBe(
          expression.test(candidate),
        );
      }),
    );
  });
});
