/** What a pattern is compared with: the whole name of a task, its begin or its end; or any part of the command line. */
export type PatternKind = 'exact' | 'prefix' | 'suffix' | 'substring';

/** One word behind the name of a group. Group and text are byte strings: each character is one byte of the file. */
export interface AppPattern {
  readonly group: string;
  readonly kind: PatternKind;
  /** Without options and asterisks. Empty in the suffix `*` alone, which every name ends with. */
  readonly text: string;
  /** The same for all patterns of a group. */
  readonly hidden: boolean;
  /** Written with `+`, with which apps.plugin logs what the pattern matches. Has no effect here. */
  readonly debug: boolean;
  /** Number of the line, from 1. */
  readonly line: number;
}

/**
 * Read a word as a pattern: `name`, `name*`, `*name` or `*name*`, with `-` (hidden) and `+` (debug) before it.
 *
 * An asterisk inside the text is text. `-` and `+` behind the first asterisk are left out, as by Netdata, which takes them for
 * options: `*-gcc` matches names that end in `gcc`. Unlike Netdata, such a `-` hides no group here, because nobody means it so.
 *
 * @returns `undefined` for a word of options alone. `ignored`: the `-` and `+` behind the asterisk.
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
