import { REMOVED, WORD_BYTES } from '../program/cgroups.ts';

/** A cgroup of version 2 was made or removed. Paths are byte strings relative to the mount. */
export type CgroupEvent =
  | {
      readonly kind: 'made';
      readonly id: string;
      readonly path: string;
      /** `path` is the begin of a longer path. */
      readonly isCut: boolean;
    }
  | { readonly kind: 'removed'; readonly id: string };

/**
 * Turn the map of cgroups into events: first the cgroups that were made, in that order, then those that were removed. The
 * kernel never uses an id again.
 *
 * @param entries - By `id,number`: the word of the path with that number; any value where the number is `REMOVED`.
 */
export function readCgroupEvents(entries: ReadonlyMap<string, number>): CgroupEvent[] {
  const words = new Map<string, number[]>();
  const removed: CgroupEvent[] = [];
  for (const [key, word] of entries) {
    const comma = key.indexOf(',');
    const id = key.slice(0, comma);
    const number = Number(key.slice(comma + 1));
    if (number === REMOVED) {
      removed.push({ kind: 'removed', id });
      continue;
    }
    const path = words.get(id) ?? [];
    path[number] = word;
    words.set(id, path);
  }
  const inOrder = [...words].sort(([a], [b]) => compareIds(a, b));
  const made = inOrder.map(([id, path]): CgroupEvent => ({ kind: 'made', id, ...readPath(path) }));
  return [...made, ...removed];
}

/** Ids have 64 bits, and the kernel gives them in ascending order. */
function compareIds(a: string, b: string): number {
  return a.length === b.length ? Number(a > b) - Number(a < b) : a.length - b.length;
}

/** The path ends at its first NUL. It is cut at a word that is not there, because the map was full. */
function readPath(words: readonly (number | undefined)[]): { path: string; isCut: boolean } {
  let path = '';
  for (const word of words) {
    if (word === undefined) break;
    for (let i = 0; i < WORD_BYTES; i += 1) {
      const byte = Math.floor(word / 2 ** (8 * i)) % 256;
      if (byte === 0) return { path, isCut: false };
      path += String.fromCharCode(byte);
    }
  }
  return { path, isCut: true };
}
