/** What of a task a pattern is held against: the whole name, its begin or its end; or any part of the command line. */
export type PatternKind = 'exact' | 'prefix' | 'suffix' | 'substring';

/** One word behind the name of a group. Group and text are byte strings: each character is one byte of the file. */
export interface AppPattern {
  readonly group: string;
  readonly kind: PatternKind;
  /** Without options and asterisks. Empty in the suffix `*` alone, which every name ends with. */
  readonly text: string;
  /** The same for all patterns of a group. */
  readonly hidden: boolean;
  /** The user wants to be told that this pattern is in force. */
  readonly debug: boolean;
  /** From 1. */
  readonly line: number;
}

/**
 * Read a word as a pattern: `name`, `name*`, `*name` or `*name*`, with `-` (hidden) and `+` (debug) before it.
 *
 * An asterisk inside the text is text. `-` and `+` behind the first asterisk are not: Netdata takes them for options,
 * so that `*-gcc` ends in `gcc`. It does here as well; but its writer did not mean to hide a group, and nothing is
 * hidden by it.
 *
 * @returns `undefined` for a word of options and nothing else. `ignored`: the `-` and `+` behind an asterisk.
 */
export function parsePattern(word: string):
  | {
      pattern: Pick<AppPattern, 'kind' | 'text' | 'hidden' | 'debug'>;
      ignored: string;
    }
  | undefined {
  const [before = '', options = '', asterisk] = /^([-+]*)(\*[-+*]*)?/.exec(word) ?? [];
  const rest = word.slice(before.length);
  const isEnd = asterisk !== undefined;
  const isBegin = rest.endsWith('*');
  if (rest === '' && !isEnd) return undefined;
  return {
    pattern: {
      kind: isBegin ? (isEnd ? 'substring' : 'prefix') : isEnd ? 'suffix' : 'exact',
      text: isBegin ? rest.slice(0, -1) : rest,
      hidden: options.includes('-'),
      debug: options.includes('+'),
    },
    ignored: asterisk?.replaceAll('*', '') ?? '',
  };
}
