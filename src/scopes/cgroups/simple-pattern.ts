/** Words of Netdata's *simple patterns*; the first one that matches decides. */
export type SimplePatterns = readonly SimplePattern[];

export interface SimplePattern {
  /** Written with `!`: a text that it matches does not match the list. */
  readonly isNegative: boolean;
  /** The text between the asterisks, in order; at least one. Empty before a leading and after a trailing asterisk. */
  readonly parts: readonly string[];
}

/**
 * Read a list of words with white space between them. `*` stands for any bytes, slashes too; `!` before a word negates
 * it; a backslash takes the next character as text, so that a word can hold a space.
 */
export function parseSimplePatterns(list: string): SimplePatterns {
  const words = list.match(/(?:\\.|[^ \t\r\n\f\v\\])+/gs) ?? [];
  return words
    .map((word) => {
      const isNegative = word.startsWith('!');
      const text = (isNegative ? word.slice(1) : word).replaceAll(/\\(.)/gs, '$1');
      return { isNegative, parts: text.split(/\*+/) };
    })
    .filter(({ parts }) => parts.join('*') !== '');
}

/** Whether a text matches the list. One that no word matches does not, and an empty one does not. */
export function matchesSimplePatterns(patterns: SimplePatterns, text: string): boolean {
  if (text === '') return false;
  const deciding = patterns.find(({ parts }) => matchesParts(parts, text));
  return deciding !== undefined && !deciding.isNegative;
}

function matchesParts(parts: readonly string[], text: string): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return from + last.length <= text.length && text.endsWith(last);
}
