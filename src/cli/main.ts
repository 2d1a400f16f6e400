import { telling } from './telling.ts';

/** The two programs of this package; see `bin/`. */
export type ProgramName = 'ebpf-processes' | 'ebpf-processes.plugin';

/**
 * Run one of the programs.
 *
 * @param argv - The words after the program's name.
 * @returns The exit code.
 */
export function main(
  name: ProgramName,
  argv: readonly string[],
  io: NodeJS.Process,
): Promise<number> {
  return telling(io, async () => {
    // Each program loads only its own modules: that halves the time of a start.
    if (name === 'ebpf-processes') {
      const { runDiagnosticCli } = await import('./diagnostic-cli.ts');
      return await runDiagnosticCli(argv, io);
    }
    const { runPluginCli } = await import('./plugin-cli.ts');
    return await runPluginCli(argv, io);
  });
}
