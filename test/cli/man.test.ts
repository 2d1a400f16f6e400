import { expect, test } from 'vitest';
import { buildDiagnostic } from '../../src/cli/diagnostic-cli.ts';
import { wrap } from '../../src/cli/man/mdoc.ts';
import { renderOwnManPage } from '../../src/cli/man/own-page.ts';
import { describeThresholds } from '../../src/cli/man/thresholds.ts';
import { describeCommand } from '../../src/cli/shape.ts';
import { THRESHOLDS } from '../../src/report/verdict/thresholds.ts';

const root = describeCommand(
  buildDiagnostic({ io: process, watched: [], exitCode: 0 }, () => undefined),
);
const page = renderOwnManPage('2026-01-05').replaceAll('\\-', '-').replaceAll('"\\&', '');

test('the manual page has every option and every command', () => {
  for (const { name, options } of [root, ...root.commands]) {
    expect(page).toContain(name);
    for (const { names } of options) {
      for (const one of names) expect(page).toMatch(new RegExp(`\\.It .*Fl ${one.slice(1)}\\b`));
    }
  }
  expect(page).toContain('.Dd January 5, 2026\n');
});

test('every threshold stands in it with its value', () => {
  const texts = describeThresholds().map(([, text]) => text);
  expect(texts).toHaveLength(Object.keys(THRESHOLDS).length);
  for (const text of texts) expect(text).toMatch(/\d/);
  expect(texts[0]).toContain(`${THRESHOLDS.stormPerSecond} processes`);
});

test('a line is broken at 78 characters, and no word becomes a macro', () => {
  const lines = wrap(`${'words '.repeat(13)}... .Sh`);
  expect(lines).toEqual(['words '.repeat(13).trimEnd(), '\\&... .Sh']);
  expect(wrap(`.It ${'x '.repeat(60)}`)).toHaveLength(1);
});

test('both names of a switch are one option', () => {
  expect(root.options.find(({ names }) => names.includes('--apps'))).toEqual({
    names: ['--apps', '--no-apps'],
    placeholder: undefined,
    choices: [],
    explains: 'keep counts apart by app group',
    default: undefined,
    isRare: true,
  });
});
