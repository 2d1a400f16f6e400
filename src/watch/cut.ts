import { columnsOf, widthOf } from '../report/wrap.ts';

/** A text that is not wider than so many columns of a terminal; where it is cut, it ends with `…`. */
export function cut(text: string, columns: number, mark = '…'): string {
  // Most texts are short: no character is wider than two columns.
  if (text.length * 2 <= columns || widthOf(text) <= columns) return text;
  let kept = '';
  let left = columns - 1;
  for (const character of text) {
    left -= columnsOf(character);
    if (left < 0) break;
    kept += character;
  }
  return columns < 1 ? '' : `${kept}${mark}`;
}

/** A text that is exactly so wide: a longer one is cut. */
export function fill(
  text: string,
  columns: number,
  align: 'left' | 'right',
  mark?: string,
): string {
  const short = cut(text, columns, mark);
  const blanks = ' '.repeat(Math.max(0, columns - widthOf(short)));
  return align === 'left' ? short + blanks : blanks + short;
}
