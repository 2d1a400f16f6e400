import { readText } from '../../procfs/read-text.ts';

/** Signals that a terminal sends, for Ctrl-C and Ctrl-\. */
const OF_TERMINALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/**
 * Whether a signal that we got may be a terminal's. Then the command, which is in our process group, has it already.
 *
 * @param stat - `/proc/self/stat`.
 */
export function mayBeOfTerminal(
  signal: NodeJS.Signals,
  stat = readText('/proc/self/stat') ?? '',
): boolean {
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return OF_TERMINALS.includes(signal) && group !== undefined && group === foreground;
}
