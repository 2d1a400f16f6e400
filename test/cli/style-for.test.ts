import { expect, test } from 'vitest';
import { styleFor } from '../../src/cli/style-for.ts';

const terminal = (depth: number) => ({ isTTY: true, getColorDepth: () => depth });

test('a terminal with colours gets them', () => {
  expect(styleFor(terminal(4))('bold', 'x')).toBe('\x1b[1mx\x1b[22m');
  expect(styleFor(terminal(8))('red', 'x')).toBe('\x1b[31mx\x1b[39m');
});

test.each([
  ['a terminal without colours (NO_COLOR, TERM=dumb)', terminal(1)],
  ['a file or a pipe', { isTTY: false, getColorDepth: () => 24 }],
])('%s gets the text alone', (_, stream) => {
  expect(styleFor(stream)('yellow', 'x')).toBe('x');
});
