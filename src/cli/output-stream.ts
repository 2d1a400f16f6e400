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
 * Fail before anything is attached where the report could not be written; see bin/ebpf-processes.
 *
 * @throws UserError `OUTPUT_CLOSED` where standard output was closed before we started.
 */
export function assertOutputOpen(environment: NodeJS.ProcessEnv): void {
  if (environment['EBPF_PROCESSES_STDOUT'] === 'closed') throw outputClosed(undefined);
}

/** Whether a text could not be written because its reader has gone, as `head -1` does once it has its line. */
export function isReaderGone(error: UserError): boolean {
  return error.code === 'OUTPUT_CLOSED' && (error.cause as NodeJS.ErrnoException)?.code === 'EPIPE';
}

function outputClosed(cause: Error | undefined): UserError {
  const why = cause === undefined ? 'it is closed' : cause.message;
  return new UserError('OUTPUT_CLOSED', `cannot write to standard output: ${why}`, {
    hint: 'give it a reader, or a file that has room: > FILE',
    cause,
  });
}
