import type { OptionShape } from '../shape.ts';

/** How a shell finds the values of an option. */
export type Values = 'words' | 'file' | 'directory' | 'user' | 'none';

/** What an option takes; `undefined` for a switch. */
export function valuesOf({ placeholder, choices, names }: OptionShape): Values | undefined {
  if (placeholder === undefined) return undefined;
  if (choices.length > 0) return 'words';
  if (placeholder === 'file' || placeholder === 'directory') return placeholder;
  return placeholder === 'user' || names.includes('--user') ? 'user' : 'none';
}
