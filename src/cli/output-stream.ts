import { readFileSync, readlinkSync } from 'node:fs';
import { UserError } from '../errors.ts';

/** Write all of a text. @throws UserError `OUTPUT_CLOSED` where it cannot be written. */
export function writeAll(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(outputClosed(error));
    stream.once('error', fail);
    stream.write(text, (error) => {
      // The stream emits the error as well, after this.
      if (error) return;
      stream.off('error', fail);
      resolve();
    });
  });
}

/**
 * Node opens /dev/null for reading and writing in place of a standard stream that was closed; nobody else opens it so.
 *
 * @throws UserError `OUTPUT_CLOSED` where standard output was closed before we started.
 */
export function assertOutputOpen(): void {
  if (readlinkSync('/proc/self/fd/1') !== '/dev/null') return;
  const [, flags = '0'] =
    /^flags:\s*(\d+)$/m.exec(readFileSync('/proc/self/fdinfo/1', 'utf8')) ?? [];
  const accessMode = Number.parseInt(flags, 8) & 0b11;
  if (accessMode === 0b10) throw outputClosed(undefined);
}

function outputClosed(cause: Error | undefined): UserError {
  const why = cause === undefined ? 'it is closed' : cause.message;
  return new UserError('OUTPUT_CLOSED', `cannot write to standard output: ${why}`, {
    hint: 'give it a reader, or write to a file with --output FILE',
    cause,
  });
}
