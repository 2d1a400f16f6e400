import { readdirSync, readFileSync } from 'node:fs';
import { parseStat } from './read-process.ts';

/** A process that ended and that its parent has not waited for. */
export interface Unreaped {
  readonly id: number;
  readonly parent: number;
  /** A byte string. */
  readonly comm: string;
}

/**
 * Find every process of this machine that waits to be reaped; reads one file of /proc for each process that there is.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 */
export function readUnreaped(root = ''): Unreaped[] {
  return readdirSync(`${root}/proc`).flatMap((name) => {
    const id = Number(name);
    if (!Number.isInteger(id)) return [];
    const stat = readStat(`${root}/proc/${name}/stat`);
    return stat?.state === 'Z' ? [{ id, parent: stat.parent, comm: stat.comm }] : [];
  });
}

function readStat(file: string) {
  try {
    return parseStat(readFileSync(file, 'latin1'));
  } catch {
    // Reaped while the directory was read.
    return undefined;
  }
}
