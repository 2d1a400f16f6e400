import { groupDigits } from '../page-table.ts';
import { html, Markup, NOTHING, type Piece } from './markup.ts';

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  /**
   * Numbers are aligned to the right, a bar takes the room that is left. A column that tells nothing is left out.
   *
   * @defaultValue a name
   */
  readonly kind?: 'name' | 'number' | 'bar';
  /** A number is written with its digits in groups; `null` for one that is absent. */
  cell(row: Row): Piece | null;
}

/**
 * A table under a heading; nothing where it has no rows. The first column names its row.
 *
 * @param explains - What the reader must know of it.
 * @param most - Rows; how many more there are is said below.
 */
export function renderTable<Row>(
  heading: string,
  explains: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  most: number,
): Markup {
  if (rows.length === 0) return NOTHING;
  const shown = rows.slice(0, most);
  const said = columns.filter(({ cell }) => shown.some((row) => !isNothing(cell(row))));
  const rest = rows.length - shown.length;
  return html`<section>
<h2>${heading}</h2>
${explains === '' ? NOTHING : html`<p class="soft">${explains}</p>`}
<div class="scroll" role="region" aria-label="${heading}" tabindex="0"><table>
<thead><tr>${said.map(({ title, kind }) => html`<th scope="col"${classOf(kind)}>${title}</th>`)}</tr></thead>
<tbody>
${shown.map((row) => html`<tr>${said.map((column, i) => renderCell(column, row, i === 0))}</tr>\n`)}</tbody>
</table></div>
${rest > 0 ? html`<p class="soft">and ${groupDigits(rest)} more, in the JSON</p>` : NOTHING}
</section>
`;
}

function renderCell<Row>({ kind, cell }: Column<Row>, row: Row, isFirst: boolean): Markup {
  const value = cell(row) ?? 'absent';
  const content = typeof value === 'number' ? groupDigits(value) : value;
  return isFirst
    ? html`<th scope="row"${classOf(kind)}>${content}</th>`
    : html`<td${classOf(kind ?? 'name')}>${content}</td>`;
}

/** What is told of nobody in a column is not worth its room: no events, no text, not known. */
function isNothing(value: Piece | null): boolean {
  const text = value instanceof Markup ? value.text : value;
  return text === 0 || text === '' || text === '-';
}

function classOf(kind: Column<unknown>['kind']): Markup {
  switch (kind) {
    case 'number':
      return html` class="number"`;
    case 'bar':
      return html` class="wide"`;
    case 'name':
      return html` class="name"`;
    default:
      return NOTHING;
  }
}
