import { readFile } from './read-file.ts';

/** Far more than any file that we read holds; the longest are lists of all functions of a kernel. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The content of a file as a byte string; `undefined` where it is absent, closed to us, not a file, or of a process that has
 * ended.
 *
 * @param path - A `Buffer` where the path is not UTF-8.
 * @param mostBytes - A longer file is cut there.
 */
export function readText(path: string | Buffer, mostBytes = MOST_BYTES): string | undefined {
  // The caller says what is not known without it.
  return readFile(path, mostBytes).bytes?.toString('latin1');
}
