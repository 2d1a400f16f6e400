import type { AppPattern, ReadPattern } from './app-pattern.ts';
import type { Dialect } from './dialect.ts';
import { showBytes } from './show-bytes.ts';

type Reading = Pick<ReadPattern, 'kind' | 'text'>;
type Rules = Pick<Dialect, 'repetitions' | 'hasOptions'>;

/**
 * By what a pattern is known again. Netdata 1.x compares the word as it is with what earlier ones are without options and
 * leading asterisks; Netdata 2 leaves asterisks out of both. Our own rules compare what both match.
 */
export function keyToFind(
  word: string,
  { kind, text }: Reading,
  { repetitions, hasOptions }: Rules,
): string {
  if (repetitions === undefined) return `${kind} ${text}`;
  return hasOptions ? word : text;
}

/** By what later patterns find this one. */
export function keyToKeep(word: string, read: Reading, rules: Rules): string {
  return rules.repetitions !== undefined && rules.hasOptions
    ? word.replace(/^[-+*]+/, '')
    : keyToFind(word, read, rules);
}

/** @param joins - The rest of the line goes to the group of the known pattern. */
export function explainRepetition(word: string, known: AppPattern, joins: boolean): string {
  const where = `line ${known.line} has it for group ${showBytes(known.group)}`;
  return joins
    ? `the patterns of this line go to group ${showBytes(known.group)}, because its first one is ${showBytes(word)}, and ${where}`
    : `${showBytes(word)} is left out, because ${where}`;
}
