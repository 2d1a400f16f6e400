import Table from 'cli-table3';
import { shortenAll } from './shorten.ts';
import { widthOf } from './wrap.ts';

/** How a piece of text is to stand out; the caller knows whether the terminal can. */
export type Style = (format: 'bold' | 'dim' | 'yellow' | 'red' | 'inverse', text: string) => string;

const NO_BORDERS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left'],
    ...['bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((place) => [place, '']),
);

/** `renderTable` with a style and a width. */
export type DrawTable = (head: readonly string[], rows: readonly string[][]) => string;

/** A column of names is not made narrower than this. */
const LEAST_COLUMNS = 12;

/**
 * A table without borders, columns two spaces apart.
 *
 * @param head - Column titles; those that begin with `>` are of columns of numbers, aligned to the right.
 * @param columns - Names are shortened until the table is no wider, as far as that goes.
 */
export function renderTable(
  head: readonly string[],
  rows: readonly string[][],
  style: Style,
  columns = Number.POSITIVE_INFINITY,
): string {
  const fitting = narrow(head, rows, columns);
  const titles = head.map((title) => title.replace(/^>/, ''));
  const table = new Table({
    head: titles.map((title) => (title === '' ? '' : style('bold', title))),
    colAligns: head.map((title) => (title.startsWith('>') ? 'right' : 'left')),
    chars: { ...NO_BORDERS, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...fitting);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Shorten the names of the widest columns. A cell with a style, whose width is not that of its text, stays as it is. */
function narrow(
  head: readonly string[],
  rows: readonly string[][],
  columns: number,
): readonly string[][] {
  const isNumbers = head.map((title) => title.startsWith('>'));
  const widths = head.map((title, i) =>
    Math.max(widthOf(title.replace(/^>/, '')), ...rows.map((row) => widthOf(plain(row[i] ?? '')))),
  );
  let excess = widths.reduce((sum, width) => sum + width + 2, -2) - columns;
  const narrowed = [...widths];
  while (excess > 0) {
    const wide = Math.max(...narrowed.filter((_, i) => !isNumbers[i]));
    if (!(wide > LEAST_COLUMNS)) break;
    narrowed[narrowed.findIndex((width, i) => width === wide && !isNumbers[i])] = wide - 1;
    excess -= 1;
  }
  const short = narrowed.map((width, i) =>
    width === widths[i]
      ? undefined
      : shortenAll(
          rows.map((row) => row[i] ?? ''),
          width,
        ),
  );
  return rows.map((row, at) =>
    row.map((cell, i) => (plain(cell) === cell ? (short[i]?.[at] ?? cell) : cell)),
  );
}

/** Without the codes by which `Style` makes text stand out. */
function plain(cell: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these codes are what is looked for.
  return cell.replace(/\x1b\[[0-9;]*m/g, '');
}

/** 1234567 → `1,234,567`. */
export function groupDigits(value: number): string {
  return value.toLocaleString('en-US');
}

/** Text of unknown origin with control characters spelled out, so that no terminal obeys them. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}]/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
