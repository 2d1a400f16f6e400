import Table from 'cli-table3';

/** How a piece of text is to stand out; the caller knows whether the terminal can. */
export type Style = (format: 'bold' | 'dim' | 'yellow' | 'red', text: string) => string;

const NO_BORDERS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left'],
    ...['bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((place) => [place, '']),
);

/**
 * A table without borders, columns two spaces apart.
 *
 * @param head - Column titles; those that begin with `>` are of columns of numbers, aligned to the right.
 */
export function renderTable(
  head: readonly string[],
  rows: readonly string[][],
  style: Style,
): string {
  const titles = head.map((title) => title.replace(/^>/, ''));
  const table = new Table({
    head: titles.map((title) => (title === '' ? '' : style('bold', title))),
    colAligns: head.map((title) => (title.startsWith('>') ? 'right' : 'left')),
    chars: { ...NO_BORDERS, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
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
