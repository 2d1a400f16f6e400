import { answerQuickly } from './diagnostic-cli.ts';
import { telling } from './telling.ts';

/**
 * Help and version, in a file of their own that is a tenth of the program: reading the whole takes longer than they do.
 *
 * @returns The exit code; `undefined` where the whole program is needed.
 */
export function quick(argv: readonly string[], io: NodeJS.Process): Promise<number | undefined> {
  return telling(io, () => answerQuickly(argv, io));
}
