import type { LiveProcess } from '../../procfs/process.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import { type AppGroups, DEFAULT_APP_GROUP } from '../apps/app-groups.ts';
import { Identifier } from '../apps/identify.ts';
import { OwnGroups } from '../apps/own-groups.ts';
import { BoundedMap } from '../bounded-map.ts';
import { findInherited, type Kin } from './inherit.ts';
import { identifyNode, isOf, isSame, type Node, noteKey, noteLive, startNode } from './node.ts';

/** Processes that are remembered: more than keys are in one dump. In a storm those that came first are forgotten first, and read again where they live. */
const MOST_NODES = 40_000;

/**
 * How long a process is remembered after it was last seen: what happened to its children before its end may come in a later
 * dump. After its end they have another parent.
 */
const REMEMBER_MS = 20_000;

/** How long what /proc says is used: the id may be given to another process, and the process may execute another program. */
const RECHECK_MS = 5_000;

/** Of a deeper tree of processes no more is looked at. Ends the search where reused ids make a circle. */
const MAX_DEPTH = 1_000;

/**
 * Knows the parent of each process, from keys and from /proc, and finds the app group of a task: that of the first pattern
 * that matches it, else that of its parents as the list of app groups has it, else `other`.
 */
export class ProcessTree {
  readonly #groups: AppGroups;
  readonly #identifier: Identifier;
  readonly #readProcess: (id: number) => LiveProcess | undefined;
  readonly #nodes = new BoundedMap<number, Node>(MOST_NODES);
  /** When a process was found to be gone of which no key has said anything. */
  readonly #goneAtMs = new BoundedMap<number, number>(MOST_NODES);
  readonly #ownGroups = new OwnGroups();
  #sweptAtMs = 0;

  /** @param readProcess - Reads one process from /proc; `undefined` where it is gone. */
  constructor(groups: AppGroups, readProcess: (id: number) => LiveProcess | undefined) {
    this.#groups = groups;
    this.#identifier = new Identifier(groups);
    this.#readProcess = readProcess;
  }

  /** Number of processes that are remembered. */
  get size(): number {
    return this.#nodes.size;
  }

  /** Read what a key with an id says of its process. To be called for all keys of a dump before `groupOf`. */
  note(key: TaskKey, nowMs: number): void {
    if (key.id === 0 || (key.comm === '' && key.parent === 0)) return;
    this.#goneAtMs.delete(key.id);
    let node = this.#nodes.get(key.id);
    if (node === undefined || !isOf(node, key)) {
      node = startNode(key.parent);
      this.#nodes.set(key.id, node);
    }
    node.parent = key.parent;
    noteKey(node, key, nowMs);
  }

  /** The app group of the task that a key is of. */
  groupOf(key: TaskKey, nowMs: number): string {
    if (key.id !== 0 && this.#lookUp(key.id, nowMs) !== undefined)
      return this.#groupOfProcess(key.id, nowMs, 0) ?? DEFAULT_APP_GROUP;
    const identity = this.#identifier.ofComm(key.comm);
    return (
      identity.group ??
      findInherited(this.#kin(nowMs, 0), { id: key.id, parent: key.parent, identity }) ??
      DEFAULT_APP_GROUP
    );
  }

  /** The parent of a process; `undefined` where nothing is known of it. */
  parentOf(id: number, nowMs: number): number | undefined {
    return this.#lookUp(id, nowMs)?.parent;
  }

  /** Forget processes that were not seen for long. Cheap, because it does something only every 5 s. */
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

  #groupOfProcess(id: number, nowMs: number, depth: number): string | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const node = this.#lookUp(id, nowMs);
    if (node === undefined) return undefined;
    node.seenAtMs = nowMs;
    if (node.isResolved) return node.group;
    // Before the search, so that a circle ends.
    node.isResolved = true;
    const identity = identifyNode(node, this.#identifier);
    node.group =
      identity.group ??
      findInherited(this.#kin(nowMs, depth), { id, parent: node.parent, identity });
    return node.group;
  }

  #kin(nowMs: number, depth: number): Kin {
    return {
      inherits: this.#groups.dialect.inherits,
      lookUp: (id) => {
        const node = this.#lookUp(id, nowMs);
        return node && { id, parent: node.parent, identity: identifyNode(node, this.#identifier) };
      },
      groupOf: (id) => this.#groupOfProcess(id, nowMs, depth + 1),
      ownGroup: (name) => this.#ownGroups.open(name),
    };
  }

  /** What is known of a process, compared with /proc every 5 s. What keys said is still used after it has ended. */
  #lookUp(id: number, nowMs: number): Node | undefined {
    const node = this.#nodes.get(id);
    if (node !== undefined && nowMs - node.checkedAtMs < RECHECK_MS) return node;
    const goneAtMs = this.#goneAtMs.get(id) ?? Number.NEGATIVE_INFINITY;
    if (node === undefined && nowMs - goneAtMs < RECHECK_MS) return undefined;
    const live = this.#readProcess(id);
    if (live === undefined && node === undefined) this.#goneAtMs.set(id, nowMs);
    if (live === undefined) {
      if (node !== undefined) node.checkedAtMs = nowMs;
      return node;
    }
    return this.#compare(id, node, live, nowMs);
  }

  #compare(id: number, node: Node | undefined, live: LiveProcess, nowMs: number): Node {
    // Another comm and another parent than a key said a moment ago: the id was given to another process since that event.
    const isOther = node !== undefined && !isOf(node, live);
    if (isOther && nowMs - node.notedAtMs < RECHECK_MS) {
      node.checkedAtMs = nowMs;
      return node;
    }
    const isKnown = node !== undefined && isSame(node, live);
    const known = isKnown ? node : startNode(live.parent);
    if (node !== undefined) known.notedAtMs = node.notedAtMs;
    known.seenAtMs = nowMs;
    known.checkedAtMs = nowMs;
    noteLive(known, live, this.#identifier.ofProcess(live));
    this.#nodes.set(id, known);
    return known;
  }
}
