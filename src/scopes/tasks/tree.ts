import type { LiveProcess } from '../../procfs/process.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import type { AppGroups } from '../apps/app-groups.ts';
import { DEFAULT_APP_GROUP } from '../apps/app-groups.ts';
import { matchAppGroup } from '../apps/match-app-group.ts';

interface Node {
  parent: number;
  comm: string;
  cmdline: string | undefined;
  startTicks: number | undefined;
  /** `undefined` until asked for. */
  group: string | undefined;
  /** Every comm that keys or /proc gave: threads have comms of their own, and /proc shows longer ones for kernel threads. */
  readonly heard: ReadonlySet<string>;
  /** The last time that a key held its id. */
  notedAtMs: number;
  /** The last time that a key held its id, or that its group was asked for. */
  seenAtMs: number;
  /** The last time that it was compared with /proc. */
  checkedAtMs: number;
}

/** How long a process is remembered after it was last seen: its children may still have events. */
const REMEMBER_MS = 60_000;

/** How long what /proc says is used: the id may be given to another process, and the process may execute another program. */
const RECHECK_MS = 5_000;

/** Processes up to this id (init and the kernel's first task) do not pass their group on to their children. */
const FIRST_ANCESTORS = 1;

/** No tree of processes is deeper. Ends the search where ids that were used again make a circle. */
const MAX_DEPTH = 64;

/**
 * Knows the parent of each process, from keys and from /proc, and finds the app group of a task: that of the first pattern
 * that matches it, else its parent's, else `other`.
 */
export class ProcessTree {
  readonly #groups: AppGroups;
  readonly #readProcess: (id: number) => LiveProcess | undefined;
  readonly #nodes = new Map<number, Node>();
  /** When a process was found to be gone of which no key has said anything. */
  readonly #goneAtMs = new Map<number, number>();
  #sweptAtMs = 0;

  /** @param readProcess - Reads one process from /proc; `undefined` where it is gone. */
  constructor(groups: AppGroups, readProcess: (id: number) => LiveProcess | undefined) {
    this.#groups = groups;
    this.#readProcess = readProcess;
  }

  /** Number of processes that are remembered. */
  get size(): number {
    return this.#nodes.size;
  }

  /** Read what a key with an id says of its process. To be called for all keys of a dump before `groupOf`. */
  note(key: TaskKey, nowMs: number): void {
    if (key.id === 0 || (key.comm === '' && key.parent === 0)) return;
    const node = this.#nodes.get(key.id);
    this.#goneAtMs.delete(key.id);
    if (node !== undefined && node.parent === key.parent && node.heard.has(key.comm)) {
      node.seenAtMs = nowMs;
      node.notedAtMs = nowMs;
      return;
    }
    // Another comm under the same parent: an exec, or a thread with a comm of its own. The next check of /proc tells which.
    const same = node?.parent === key.parent ? node : undefined;
    this.#nodes.set(key.id, {
      parent: key.parent,
      comm: key.comm,
      cmdline: undefined,
      startTicks: undefined,
      group: undefined,
      heard: new Set([...(same?.heard ?? []), key.comm]),
      notedAtMs: nowMs,
      seenAtMs: nowMs,
      checkedAtMs: same?.checkedAtMs ?? Number.NEGATIVE_INFINITY,
    });
  }

  /** The app group of the task that a key is of. */
  groupOf(key: TaskKey, nowMs: number): string {
    if (key.id !== 0) {
      const group = this.#groupOfProcess(key.id, nowMs, 0);
      if (group !== undefined) return group;
    }
    return (
      matchAppGroup(this.#groups, key.comm, undefined) ??
      this.#groupOfParent(key.parent, nowMs, 0) ??
      DEFAULT_APP_GROUP
    );
  }

  /** True where a process is the ancestor of the task that a key is of, or that task itself. */
  isDescendant(key: TaskKey, ancestor: number): boolean {
    let id = key.id === 0 ? key.parent : key.id;
    for (let depth = 0; depth < MAX_DEPTH && id > FIRST_ANCESTORS; depth += 1) {
      if (id === ancestor) return true;
      id = this.#nodes.get(id)?.parent ?? 0;
    }
    return false;
  }

  /** Forget processes that were not seen for long. Cheap, because it does something only every 15 s. */
  sweep(nowMs: number): void {
    if (nowMs - this.#sweptAtMs < REMEMBER_MS / 4) return;
    this.#sweptAtMs = nowMs;
    for (const [id, node] of this.#nodes) {
      if (nowMs - node.seenAtMs > REMEMBER_MS) this.#nodes.delete(id);
    }
    for (const [id, goneAtMs] of this.#goneAtMs) {
      if (nowMs - goneAtMs > RECHECK_MS) this.#goneAtMs.delete(id);
    }
  }

  #groupOfParent(id: number, nowMs: number, depth: number): string | undefined {
    return id > FIRST_ANCESTORS && depth < MAX_DEPTH
      ? this.#groupOfProcess(id, nowMs, depth)
      : undefined;
  }

  #groupOfProcess(id: number, nowMs: number, depth: number): string | undefined {
    const node = this.#lookUp(id, nowMs);
    if (node === undefined) return undefined;
    node.seenAtMs = nowMs;
    node.group ??=
      matchAppGroup(this.#groups, node.comm, node.cmdline) ??
      this.#groupOfParent(node.parent, nowMs, depth + 1);
    return node.group;
  }

  /** What is known of a process, compared with /proc every 5 s. What keys said is still used after it has ended. */
  #lookUp(id: number, nowMs: number): Node | undefined {
    const node = this.#nodes.get(id);
    if (node !== undefined && nowMs - node.checkedAtMs < RECHECK_MS) return node;
    const goneAtMs = this.#goneAtMs.get(id) ?? Number.NEGATIVE_INFINITY;
    if (node === undefined && nowMs - goneAtMs < RECHECK_MS) return undefined;
    const live = this.#readProcess(id);
    if (live === undefined) {
      if (node === undefined) this.#goneAtMs.set(id, nowMs);
      else node.checkedAtMs = nowMs;
      return node;
    }
    if (node !== undefined && isSame(node, live)) {
      node.checkedAtMs = nowMs;
      return node;
    }
    // Another comm and another parent than a key said a moment ago: the id was given to another process since that event.
    const isOther = node !== undefined && node.comm !== live.comm && node.parent !== live.parent;
    if (isOther && nowMs - node.notedAtMs < RECHECK_MS) {
      node.checkedAtMs = nowMs;
      return node;
    }
    const heard = node?.parent === live.parent ? node.heard : [];
    const fresh: Node = {
      ...live,
      group: undefined,
      heard: new Set([...heard, live.comm]),
      notedAtMs: node?.notedAtMs ?? Number.NEGATIVE_INFINITY,
      seenAtMs: nowMs,
      checkedAtMs: nowMs,
    };
    this.#nodes.set(id, fresh);
    return fresh;
  }
}

/** Whether /proc says nothing new of a process. */
function isSame(node: Node, live: LiveProcess): boolean {
  const isSameStart = node.startTicks === undefined || node.startTicks === live.startTicks;
  return isSameStart && node.cmdline !== undefined && node.heard.has(live.comm);
}
