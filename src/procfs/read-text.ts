import { readFileSync } from 'node:fs';

/**
 * The content of a file as a byte string; `undefined` where it is absent, closed to us, or of a process that has ended.
 *
 * @param path - A `Buffer` where the path is not UTF-8.
 */
export function readText(path: string | Buffer): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The caller says what is not known without it.
    return undefined;
  }
}
