import { opendirSync } from 'node:fs';
import { toCount } from './count.ts';
import { readText } from './read-text.ts';

/** Threads of a process whose children are looked for, and bytes of each list: of a large family some will do. */
const MOST_THREADS = 32;
const MOST_BYTES = 4_096;

/**
 * The ids of the children of a process, those of each thread in the order of their birth. Not all of a large family.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 * @returns None where the process is gone, or the kernel keeps no such lists (CONFIG_PROC_CHILDREN).
 */
export function readChildren(id: number, root = ''): number[] {
  return listThreads(`${root}/proc/${id}/task`).flatMap((thread) => {
    const text = readText(`${root}/proc/${id}/task/${thread}/children`, MOST_BYTES) ?? '';
    // A space follows each id; one without it was cut.
    return text
      .split(' ')
      .slice(0, -1)
      .flatMap((word) => toCount(word) ?? []);
  });
}

/** Not `readdir`, which would read the names of all threads. */
function listThreads(path: string): string[] {
  const threads: string[] = [];
  try {
    const directory = opendirSync(path, { bufferSize: MOST_THREADS });
    try {
      for (let i = 0; i < MOST_THREADS; i += 1) {
        const entry = directory.readSync();
        if (entry === null) break;
        threads.push(entry.name);
      }
    } finally {
      directory.closeSync();
    }
  } catch {
    // The process is gone.
  }
  return threads;
}
