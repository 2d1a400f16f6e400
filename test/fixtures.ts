import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Path of a file or folder below `fixtures/`. */
export function fixturePath(path: string): string {
  return fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url));
}

/** A fixture's bytes, one character each, as the reader of bpftrace gets them. */
export function readFixture(path: string): string {
  return readFileSync(fixturePath(path), 'latin1');
}

/** Versions of bpftrace of which there are recordings. */
export const VERSIONS = readdirSync(fixturePath('listings'))
  .filter((file) => file.endsWith('.txt'))
  .map((file) => file.slice(0, -'.txt'.length));
