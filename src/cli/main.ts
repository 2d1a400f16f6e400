import { runDiagnosticCli } from './diagnostic-cli.ts';
import { telling } from './telling.ts';

/**
 * Run the diagnostic.
 *
 * @param argv - The words after the program's name.
 * @returns The exit code.
 */
export function main(argv: readonly string[], io: NodeJS.Process): Promise<number> {
  return telling(io, () => runDiagnosticCli(argv, io));
}
