import { expect, test } from 'vitest';
import { DIALECTS, dialectOf, dialectOfText } from '../../../src/scopes/apps/dialect.ts';

test.each([
  ['v1.37.1', DIALECTS.first],
  ['v1.47.5', DIALECTS.first],
  ['1.x', DIALECTS.first],
  ['v1.99.0-204-nightly', DIALECTS.second],
  ['v2.0.0', DIALECTS.second],
  ['2.5.4', DIALECTS.second],
  ['v2.6.0', DIALECTS.caseless],
  ['v2.11.0-35-gabcdef', DIALECTS.caseless],
  ['2', DIALECTS.caseless],
  ['v10.0.1', DIALECTS.caseless],
  ['nightly', undefined],
  ['', undefined],
])('of Netdata %s', (version, dialect) => {
  expect(dialectOf(version)).toBe(dialect);
});

test.each([
  ['## a\n#managers: clear\na: b', DIALECTS.caseless],
  ['## a\ninterpreters: zsh\na: b', DIALECTS.caseless],
  ['# managers are not named\na: b', undefined],
  ['a: managers', undefined],
])('of the text %j', (text, dialect) => {
  expect(dialectOfText(text)).toBe(dialect);
});
