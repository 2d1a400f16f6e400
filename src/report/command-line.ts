import { toShellWord } from './shell-word.ts';

/** A command line as it would be typed into a shell, cut after so many characters. Nothing in it reaches a terminal raw. */
export function quoteCommand(words: readonly string[], most: number): string {
  let line = '';
  for (const word of words) {
    // A word may be 128 kB long, and there may be thousands.
    const quoted = toShellWord(Buffer.from(word.slice(0, most)).toString('latin1'));
    line += line === '' ? quoted : ` ${quoted}`;
    if (line.length > most || word.length > most) return `${line.slice(0, most - 1)}…`;
  }
  return line;
}
