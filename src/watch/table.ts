import { printable } from '../report/page-table.ts';
import { shortenAll } from '../report/shorten.ts';
import { fill } from './cut.ts';

/** A column whose place does not move when its content changes. */
export interface TableColumn {
  readonly head: string;
  readonly width: number;
  readonly align: 'left' | 'right';
}

/** A line for each row, below one of the heads. Long names are shortened so that they stay distinct. */
export function renderRows(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const cells = columns.map(({ width, align }, i) => {
    const texts = rows.map((row) => printable(row[i] ?? ''));
    return align === 'right' ? texts : shortenAll(texts, width);
  });
  const join = (read: (i: number) => string) =>
    columns
      .map(({ width, align }, i) => fill(read(i), width, align))
      .join('  ')
      .trimEnd();
  return [
    join((i) => columns[i]?.head ?? ''),
    ...rows.map((_, row) => join((i) => cells[i]?.[row] ?? '')),
  ];
}
