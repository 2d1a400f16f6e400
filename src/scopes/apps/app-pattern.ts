import type { Dialect } from './dialect.ts';

/** What a pattern is compared with: the whole name of a task, its begin or its end; or any part of the command line. */
export type PatternKind = 'exact' | 'prefix' | 'suffix' | 'substring';

/** One word behind the name of a group. Group and text are byte strings: each character is one byte of the file. */
export interface AppPattern {
  readonly group: string;
  readonly kind: PatternKind;
  /** Without options, and without asterisks at its ends. Empty in the pattern `*` alone, which every name matches. */
  readonly text: string;
  /** An asterisk inside the text stands for any text. */
  readonly isWildcard: boolean;
  /** The same for all patterns of a group. */
  readonly hidden: boolean;
  /** Written with `+`, with which apps.plugin logs what the pattern matches. Has no effect here. */
  readonly debug: boolean;
  /** Number of the line, from 1. */
  readonly line: number;
}

/** What a word says by itself. */
export interface ReadPattern
  extends Pick<AppPattern, 'kind' | 'text' | 'isWildcard' | 'hidden' | 'debug'> {
  /** `-` and `+` behind the first asterisk: Netdata 1.x takes them for options, and nobody means them so. */
  readonly ignored: string;
}

/**
 * Read a word as a pattern: `name`, `name*`, `*name` or `*name*`, with `-` (hidden) and `+` (debug) before it where the
 * dialect has options.
 *
 * @returns `undefined` for a word of options alone.
 */
export function parsePattern(word: string, dialect: Dialect): ReadPattern | undefined {
  const begin = dialect.hasOptions ? /^([-+]*)(\*[-+*]*)?/ : /^()(\*+)?/;
  const [before = '', options = '', asterisk] = begin.exec(word) ?? [];
  const rest = word.slice(before.length);
  const isEnd = asterisk !== undefined;
  const isBegin = rest.endsWith('*');
  if (rest === '' && !isEnd) return undefined;
  const text = isBegin ? rest.replace(/\*+$/, '') : rest;
  return {
    kind: isBegin ? (isEnd ? 'substring' : 'prefix') : isEnd ? 'suffix' : 'exact',
    text: dialect.hasWildcards ? text : isBegin ? rest.slice(0, -1) : rest,
    isWildcard: dialect.hasWildcards && text.includes('*'),
    hidden: options.includes('-'),
    debug: options.includes('+'),
    ignored: asterisk?.replaceAll('*', '') ?? '',
  };
}

/** A pattern with its asterisks, without options. */
export function writePattern({ kind, text }: Pick<AppPattern, 'kind' | 'text'>): string {
  const before = kind === 'suffix' || kind === 'substring' ? '*' : '';
  return `${before}${text}${kind === 'prefix' || kind === 'substring' ? '*' : ''}`;
}
