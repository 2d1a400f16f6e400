import { constants } from 'node:os';
import { mayPass, UserError } from '../errors.ts';
import { isReaderGone } from './output-stream.ts';

/** Do what a program does, and tell on standard error what made it fail. @returns The exit code. */
export async function telling<Result>(
  io: NodeJS.Process,
  action: () => Promise<Result>,
): Promise<Result | number> {
  // A closed standard error must not end the program. Who writes to standard output is told what fails.
  io.stderr.on('error', () => undefined);
  io.stdout.on('error', () => undefined);
  try {
    return await action();
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
