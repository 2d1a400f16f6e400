import { readlinkSync } from 'node:fs';
import { readChildren } from './children.ts';
import { readText } from './read-text.ts';

/**
 * The directory of a child of ours in /proc. Where that /proc shows another pid namespace than ours, the child has another id
 * there.
 *
 * @param pid - As we know it.
 * @param roots - Where file trees start in which there may be a /proc; the first that shows us is taken.
 * @returns `undefined` where none shows it.
 */
export function findOwnChild(pid: number, roots: readonly string[]): string | undefined {
  for (const root of roots) {
    const self = readOwnId(root);
    if (self === undefined) continue;
    if (self === process.pid) return `${root}/proc/${pid}`;
    const child = readChildren(self, root).find((id) => readInnermostId(id, root) === pid);
    if (child !== undefined) return `${root}/proc/${child}`;
  }
  return undefined;
}

/** Our own process id in a /proc; `undefined` where it does not show us. */
export function readOwnId(root: string): number | undefined {
  try {
    const id = Number(readlinkSync(`${root}/proc/self`));
    return Number.isInteger(id) && id > 0 ? id : undefined;
  } catch {
    return undefined;
  }
}

/** The id of a process in its own pid namespace: the last of `NSpid:  4711  12`. */
function readInnermostId(id: number, root: string): number | undefined {
  const ids = /^NSpid:([\t\d]*)$/m.exec(readText(`${root}/proc/${id}/status`) ?? '')?.[1];
  const last = ids?.split('\t').at(-1);
  return last === undefined ? undefined : Number(last);
}
