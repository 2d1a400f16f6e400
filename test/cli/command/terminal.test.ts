import { expect, test } from 'vitest';
import { mayBeOfTerminal } from '../../../src/cli/command/terminal.ts';

/** `/proc/self/stat` up to the foreground process group of the terminal. */
const stat = (group: number, foreground: number) =>
  `812 (a) b) S 700 ${group} 650 34816 ${foreground} 4194304 100`;

test.each<[NodeJS.Signals, string, number, number, boolean]>([
  ['SIGINT', 'in the foreground', 812, 812, true],
  ['SIGQUIT', 'in the foreground', 812, 812, true],
  ['SIGTERM', 'in the foreground', 812, 812, false],
  ['SIGUSR1', 'in the foreground', 812, 812, false],
  ['SIGINT', 'in the background', 812, 700, false],
  ['SIGINT', 'without a terminal', 812, -1, false],
])('%s %s', (signal, _, group, foreground, mayBe) => {
  expect(mayBeOfTerminal(signal, stat(group, foreground))).toBe(mayBe);
});

test('where /proc cannot be read, a signal is not the terminal’s', () => {
  expect(mayBeOfTerminal('SIGINT', '')).toBe(false);
});
