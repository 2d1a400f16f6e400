import CliTable from 'cli-table3';

/** What one part found out. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What was measured, and how to read it; a sentence or two each. */
  readonly notes: readonly string[];
  /** What could not be measured, and why; one sentence each. */
  readonly leftOut: readonly string[];
}

/** A part of which nothing could be measured. */
export function buildLeftOut(title: string, reason: string): Table {
  return { title, columns: [], rows: [], notes: [], leftOut: [`left out: ${reason}`] };
}

/** For a terminal. */
export function renderText({ title, columns, rows, notes, leftOut }: Table): string {
  const table = new CliTable({
    head: [...columns],
    colAligns: columns.map((_, i) => (i === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  const body = rows.length === 0 ? [] : [table.toString(), ...notes.map(toItem)];
  return [title, ...body, ...leftOut.map(toItem), ''].join('\n');
}

/** For a README. */
export function renderMarkdown({ title, columns, rows, notes, leftOut }: Table): string {
  const alignments = columns.map((_, i) => (i === 0 ? '---' : '---:'));
  const table = [columns, alignments, ...rows].map(toMarkdownRow);
  const body = rows.length === 0 ? [] : [...table, '', ...notes.map(toItem)];
  return [`### ${title}`, '', ...body, ...leftOut.map(toItem), ''].join('\n');
}

function toItem(sentence: string): string {
  return `- ${sentence}`;
}

function toMarkdownRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** `×1.05`; what cannot be said is `–`. */
export function toRatio(value: number, of: number, digits = 2): string {
  const ratio = value / of;
  return Number.isFinite(ratio) ? `×${ratio.toFixed(digits)}` : '–';
}

export function toFixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}
