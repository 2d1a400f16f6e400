import { describe, expect, test } from 'vitest';
import { toText } from '../../src/report/byte-text.ts';
import { anyText } from '../any-text.ts';
import { fc } from '../property.ts';

describe('a byte string is shown', () => {
  test.each([
    ['as it is where it is plain', 'make', 'make'],
    ['empty', '', ''],
    ['as the text that its UTF-8 is', 'caf\xc3\xa9', 'caf\u00e9'],
    ['as the text beyond 16 bits, too', '\xf0\x9f\x90\x9d', '\u{1f41d}'],
    ['with its bytes where it is no UTF-8', 'caf\xe9', 'caf\\xe9'],
    [
      'with all of its bytes where it was cut inside a character',
      'caf\xc3\xa9\xc3',
      'caf\\xc3\\xa9\\xc3',
    ],
    ['with control bytes, which are the page’s to hide', 'a\x1b', 'a\x1b'],
  ])('%s', (_, bytes, text) => {
    expect(toText(bytes)).toBe(text);
  });

  test('as the text that it was made of', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(!text.startsWith('\ufeff'));
        expect(toText(Buffer.from(text).toString('latin1'))).toBe(text);
      }),
    );
  });
});

describe('distinct names stay distinct', () => {
  const bytes = fc
    .array(fc.integer({ min: 0, max: 255 }), { maxLength: 4 })
    .map((codes) => String.fromCharCode(...codes));

  test('whatever bytes they hold', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        fc.pre(a !== b && !`${a}${b}`.includes('\\'));
        expect(toText(a)).not.toBe(toText(b));
      }),
    );
  });

  test.each([['with a byte order mark', '\xef\xbb\xbfmake', 'make']])('%s', (_, a, b) => {
    expect(toText(a)).not.toBe(toText(b));
  });
});
