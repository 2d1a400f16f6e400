import { accessSync, constants } from 'node:fs';
import { SYSTEM_DIRECTORIES } from './environment.ts';

/** The first `name` in the system's own directories, as an absolute path. */
export function findExecutable(name: string): string | undefined {
  return SYSTEM_DIRECTORIES.map((directory) => `${directory}/${name}`).find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absent, or not executable for us.
    return false;
  }
}
