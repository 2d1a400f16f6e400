import { fc } from './property.ts';

const anyCode = (min: number, max: number) => fc.integer({ min, max }).map(String.fromCodePoint);

/**
 * Any character but half of a surrogate pair, one that a terminal or a parser may trip over as often as any other.
 *
 * As `unit: 'binary'` of fast-check, without its table of all characters, which takes most of a second to build.
 */
export const anyCharacter = fc.oneof(
  anyCode(0, 0x7f),
  anyCode(0x80, 0xff),
  anyCode(0x100, 0xd7ff),
  anyCode(0xe000, 0x10_ffff),
);

/** Any text, well formed. */
export const anyText = fc.string({ unit: anyCharacter });
