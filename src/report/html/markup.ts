import { printable } from '../page-table.ts';

/** HTML that is safe to put into a page: made by `html` and nothing else. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What `html` takes: text and numbers are escaped, and a list is one after the other. */
export type Piece = Markup | string | number | readonly Piece[];

/**
 * A template of HTML. Every text that is put in is escaped for elements and quoted attributes alike, whoever chose it; control
 * characters, which a browser would obey or hide, are spelled out.
 */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(
    strings.reduce((all, string, i) => `${all}${toText(pieces[i - 1] ?? '')}${string}`),
  );
}

export const NOTHING = html``;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function toText(piece: Piece): string {
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'number') return String(piece);
  if (typeof piece !== 'string') return piece.map(toText).join('');
  return printable(piece).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
