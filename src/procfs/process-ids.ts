import { readdirSync } from 'node:fs';

/**
 * The ids of all processes.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 */
export function readProcessIds(root = ''): number[] {
  return readdirSync(`${root}/proc`).flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
}
