import { readdirSync, readFileSync } from 'node:fs';
import { parseStat } from './process.ts';

/** A process whose first thread ended and that its parent has not waited for. */
export interface Unreaped {
  readonly id: number;
  readonly parent: number;
  /** A byte string. */
  readonly comm: string;
  /** With the id this names a process for good. */
  readonly startTicks: number;
  /** Other threads of it still run: nobody can reap it yet. */
  readonly hasThreads: boolean;
}

/** A process that has children that it has not waited for. */
export interface UnreapingParent {
  readonly id: number;
  /** A byte string; `undefined` where it is gone. */
  readonly comm: string | undefined;
  /** Below the cgroup v2 mount, a byte string; `undefined` where there is none, or it is gone. */
  readonly cgroup: string | undefined;
  readonly children: number;
  /** Children that ended in the window. */
  readonly newChildren: number;
}

/**
 * Find every process of this machine that waits to be reaped; reads one file of /proc for each process that there is.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 */
export function readUnreaped(root = ''): Unreaped[] {
  return readProcessIds(root).flatMap((id) => {
    const stat = parseStat(readIfThere(`${root}/proc/${id}/stat`));
    if (stat?.state !== 'Z') return [];
    const { parent, comm, startTicks, threads } = stat;
    return [{ id, parent, comm, startTicks, hasThreads: threads > 1 }];
  });
}

/** A task that has begun to end and is not gone; it may be unreaped. */
export interface Ending {
  /** Of its process. */
  readonly id: number;
  /** The parent of that. */
  readonly parent: number;
  readonly thread: number;
  /** A byte string. */
  readonly comm: string;
  /** With the thread's id this names a task for good. */
  readonly startTicks: number;
}

/**
 * Find the tasks of this machine that have begun to end and are not gone, unreaped ones among them; reads one file of
 * /proc for each task that there is.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 */
export function readEnding(root = ''): Ending[] {
  return readProcessIds(root).flatMap((id) =>
    readThreadIds(`${root}/proc/${id}/task`).flatMap((thread) => {
      const stat = parseStat(readIfThere(`${root}/proc/${id}/task/${thread}/stat`));
      if (!stat?.isEnding) return [];
      const { parent, comm, startTicks } = stat;
      return [{ id, parent, thread, comm, startTicks }];
    }),
  );
}

/**
 * Who leaves processes unreaped at the end of a window, the one with most of them first.
 *
 * @param before - What was unreaped when the window opened.
 */
export function readUnreapingParents(before: readonly Unreaped[], root = ''): UnreapingParent[] {
  const known = new Set(before.map(identify));
  const children = new Map<number, Unreaped[]>();
  for (const child of readUnreaped(root)) {
    if (child.hasThreads) continue;
    const siblings = children.get(child.parent);
    if (siblings === undefined) children.set(child.parent, [child]);
    else siblings.push(child);
  }
  return [...children]
    .map(([id, own]) => ({
      id,
      comm: parseStat(readIfThere(`${root}/proc/${id}/stat`))?.comm,
      cgroup: /^0::(.*)$/m.exec(readIfThere(`${root}/proc/${id}/cgroup`))?.[1],
      children: own.length,
      newChildren: own.filter((child) => !known.has(identify(child))).length,
    }))
    .sort((a, b) => b.children - a.children || a.id - b.id);
}

/** Names a process, or a task by its thread's id, for good: ids may be given again. */
export function identify({
  id,
  thread = id,
  startTicks,
}: Pick<Ending, 'id' | 'startTicks'> & { readonly thread?: number }): string {
  return `${thread} ${startTicks}`;
}

function readProcessIds(root: string): number[] {
  return readdirSync(`${root}/proc`).map(Number).filter(Number.isInteger);
}

function readThreadIds(directory: string): number[] {
  try {
    return readdirSync(directory).map(Number);
  } catch {
    // The process ended meanwhile.
    return [];
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // Reaped, or ended, while the directory was read.
    return '';
  }
}
