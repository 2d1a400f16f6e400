import { readFileSync } from 'node:fs';

/** The content of a file; `undefined` where it is absent or closed to us. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // What cannot be read is not known; the caller says so.
    return undefined;
  }
}
