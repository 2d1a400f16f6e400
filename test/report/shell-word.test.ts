import { expect, test } from 'vitest';
import { toShellWord } from '../../src/report/shell-word.ts';
import { fc } from '../property.ts';

test.each([
  ['/sys/fs/cgroup/a.slice/b@1.service', '/sys/fs/cgroup/a.slice/b@1.service'],
  ['', "''"],
  ['/a b', "'/a b'"],
  ['/$(reboot)`x`', "'/$(reboot)`x`'"],
  ["/it's", "'/it'\\''s'"],
  ['/\xc3\xa9', "'/é'"],
  ['/\xff\\', "$'/\\xff\\x5c'"],
  ['/a\nb;c', "$'/a\\x0ab;c'"],
])('%j is the word %s', (bytes, word) => {
  expect(toShellWord(bytes)).toBe(word);
});

test('a word means the bytes that it was made of, and nothing else', () => {
  const byte = fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code));
  const hostile = fc.constantFrom("'", '\\', '$', '`', ' ', '\n', '"', ';', 'x', '\xc3', '\xa9');
  fc.assert(
    fc.property(fc.array(fc.oneof(byte, hostile)), (bytes) => {
      const word = toShellWord(bytes.join(''));
      expect(word).not.toMatch(/\p{Cc}/u);
      expect(readWord(word)).toBe(bytes.join(''));
    }),
  );
});

/** As bash reads it: byte string of the one word; throws where it is none. */
function readWord(word: string): string {
  if (word.startsWith("$'")) {
    const inside = /^\$'((?:[^'\\]|\\x[0-9a-f]{2})*)'$/.exec(word)?.[1];
    if (inside === undefined) throw new Error(`${word} is no word`);
    return inside.replace(/\\x(..)/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  const parts = [...word.matchAll(/'([^']*)'|\\(')|([\w@%+=:,./-]+)/g)];
  if (parts.map(([part]) => part).join('') !== word) throw new Error(`${word} is no word`);
  const text = parts.map(([, quoted, escaped, plain]) => quoted ?? escaped ?? plain).join('');
  return Buffer.from(text).toString('latin1');
}
