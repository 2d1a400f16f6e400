import { UserError } from '../errors.ts';
import { openOutputFile } from './output-file.ts';
import { assertOutputOpen, isReaderGone, writeAll } from './output-stream.ts';

/** Where the report of a run goes. */
export interface ReportOutput {
  /**
   * Write the report. Where that fails, it goes to standard error: the run was made for it.
   *
   * @throws UserError `OUTPUT_CLOSED` or `OUTPUT_UNWRITABLE` after that.
   */
  write(text: string): Promise<void>;
  close(): void;
}

/**
 * Open the place of a report before anything is attached.
 *
 * @param path - `undefined` for a stream of ours.
 * @param stream - Standard output; standard error for what must not stand among the output of a command.
 * @throws UserError `OUTPUT_CLOSED` or `OUTPUT_UNWRITABLE` where it cannot be written.
 */
export function openReportOutput(
  path: string | undefined,
  io: NodeJS.Process,
  stream: 'stdout' | 'stderr' = 'stdout',
): ReportOutput {
  if (path === undefined && stream === 'stdout') assertOutputOpen(io.env);
  const file = path === undefined ? undefined : openOutputFile(path);
  return {
    write: async (text) => {
      try {
        if (file === undefined) await writeAll(io[stream], text);
        else file.write(text);
      } catch (error) {
        if (error instanceof UserError && !isReaderGone(error)) io.stderr.write(text);
        throw error;
      }
    },
    close: () => file?.close(),
  };
}
