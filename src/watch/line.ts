import { printable } from '../report/page-table.ts';
import { cut } from './cut.ts';

/** How a line stands out. */
export type Look = 'plain' | 'bold' | 'dim' | 'red' | 'yellow' | 'inverse';

/** One line of the screen, as text: nothing in it is a command to the terminal. */
export interface Line {
  readonly text: string;
  readonly look: Look;
}

export function line(text: string, look: Look = 'plain'): Line {
  return { text, look };
}

/**
 * The line as it may go to a terminal of so many columns, whatever is in it: control characters are spelled out. This is the
 * only way to the screen.
 *
 * @param isAscii - The terminal takes no UTF-8.
 */
export function toTerminal({ text, look }: Line, columns: number, isAscii: boolean): Line {
  const safe = isAscii ? toAscii(printable(text)) : printable(text);
  return { text: cut(safe, columns, isAscii ? '~' : '…'), look };
}

function toAscii(text: string): string {
  return text
    .replaceAll('…', '~')
    .replaceAll('×', 'x')
    .replace(/[^ -~]/gu, '?');
}
