import { constants } from 'node:os';
import { mayPass, UserError } from '../errors.ts';
import { isReaderGone } from './output-stream.ts';

/** The two programs of this package; see `bin/`. */
export type ProgramName = 'ebpf-processes' | 'ebpf-processes.plugin';

/**
 * Run one of the programs.
 *
 * @param argv - The words after the program's name.
 * @returns The exit code.
 */
export async function main(
  name: ProgramName,
  argv: readonly string[],
  io: NodeJS.Process,
): Promise<number> {
  // A closed standard error must not end the program. Who writes to standard output is told what fails.
  io.stderr.on('error', () => undefined);
  io.stdout.on('error', () => undefined);
  try {
    // Each program loads only its own modules: that halves the time of a start.
    if (name === 'ebpf-processes') {
      const { runDiagnosticCli } = await import('./diagnostic-cli.ts');
      return await runDiagnosticCli(argv, io);
    }
    const { runPluginCli } = await import('./plugin-cli.ts');
    return await runPluginCli(argv, io);
  } catch (error) {
    if (error instanceof UserError) {
      // As every program that does not know better: SIGPIPE ends it.
      if (isReaderGone(error)) return 128 + constants.signals.SIGPIPE;
      io.stderr.write(`${error}\n`);
      return error.exitCode;
    }
    if (mayPass(error)) {
      io.stderr.write(
        `error: ${(error as Error).message}\nhint: this machine is short of it; try again\n`,
      );
      return 1;
    }
    io.stderr.write(
      `bug: ${error instanceof Error ? error.stack : error}\nhint: this is a fault of ebpf-processes (Node ${io.version}); report it with the lines above\n`,
    );
    return 1;
  }
}
