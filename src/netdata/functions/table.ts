import type { Answer } from './answer.ts';

export type Cell = string | number | null;

/** One column. `key`: it names the row. */
export interface Column {
  readonly name: string;
  readonly kind: 'key' | 'text' | 'count' | 'seconds';
}

export interface Table {
  readonly help: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** The column by which the table is sorted at first. */
  readonly sortBy: string;
}

/** A table as Netdata's own functions answer. @see netdata/netdata src/plugins.d/FUNCTION_UI_REFERENCE.md, simple tables */
export function toAnswer({ help, columns, rows, sortBy }: Table): Answer {
  const answer = {
    status: 200,
    type: 'table',
    has_history: false,
    update_every: 1,
    help,
    data: rows,
    columns: Object.fromEntries(columns.map((column, i) => [column.name, describe(column, i)])),
    default_sort_column: sortBy,
  };
  return answer;
}

function describe({ name, kind }: Column, index: number) {
  const isNumber = kind === 'count' || kind === 'seconds';
  return {
    index,
    unique_key: kind === 'key',
    name,
    visible: true,
    type: isNumber ? 'integer' : 'string',
    visualization: 'value',
    value_options: {
      units: kind === 'seconds' ? 'seconds' : '',
      transform: isNumber ? 'number' : 'none',
      decimal_points: 0,
      default_value: null,
    },
    sort: isNumber ? 'descending' : 'ascending',
    sortable: true,
    sticky: kind === 'key',
    filter: isNumber ? 'range' : 'multiselect',
    full_width: false,
    wrap: false,
    default_expanded_filter: false,
    summary: kind === 'count' ? 'sum' : 'count',
  };
}
