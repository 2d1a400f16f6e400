import type { LiveProcess } from '../../procfs/process.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import type { Identifier, Identity } from '../apps/identify.ts';
import { HeardNames } from './heard.ts';

/** What is remembered of a process. */
export interface Node {
  parent: number;
  /** What /proc said of it: who it was by its comm and its command line, which are not kept. */
  live: (Pick<LiveProcess, 'comm' | 'startTicks'> & { readonly identity: Identity }) | undefined;
  /** Every comm that keys gave. */
  readonly heard: HeardNames;
  /** `undefined` where it has none, or was not asked for. */
  group: string | undefined;
  /** Its group was asked for since it was last compared with /proc, or since its last new name. */
  isResolved: boolean;
  /** The last time that a key held its id. */
  notedAtMs: number;
  /** The last time that a key held its id, or that its group was asked for. */
  seenAtMs: number;
  /** The last time that it was compared with /proc. */
  checkedAtMs: number;
}

export function startNode(parent: number): Node {
  return {
    parent,
    live: undefined,
    heard: new HeardNames(),
    group: undefined,
    isResolved: false,
    notedAtMs: Number.NEGATIVE_INFINITY,
    seenAtMs: Number.NEGATIVE_INFINITY,
    checkedAtMs: Number.NEGATIVE_INFINITY,
  };
}

/** Read what a key says of its process. Another name that it did not execute is one of a thread, or one more of its own. */
export function noteKey(node: Node, { comm, counter }: TaskKey, nowMs: number): void {
  node.seenAtMs = nowMs;
  node.notedAtMs = nowMs;
  const isExec = counter === 'exec' || counter === 'thread_exec';
  if (node.live?.comm === comm) return;
  if (!(isExec ? node.heard.execute(comm) : node.heard.add(comm))) return;
  if (isExec) node.live = undefined;
  // What /proc said is better than what a key does not.
  if (node.live?.identity.group !== undefined) return;
  node.group = undefined;
  node.isResolved = false;
}

/** Take what /proc says of the process, and who it is by that. */
export function noteLive(node: Node, live: LiveProcess, identity: Identity): void {
  const { comm, parent, startTicks } = live;
  const before = node.live;
  // It executed another program, and all its other threads have ended; or it gave itself another name.
  if (before !== undefined && before.comm !== comm) node.heard.execute(comm);
  node.parent = parent;
  node.live = { comm, startTicks, identity };
  if (before?.identity.group !== identity.group || before?.identity.name !== identity.name)
    node.group = undefined;
  // A group that was not found may be by now: a parent may have executed another program.
  if (node.group === undefined) node.isResolved = false;
}

/** Who a process is by all its names: by what /proc said, and then by each that was heard, the last one first. */
export function identifyNode({ live, heard }: Node, identifier: Identifier): Identity {
  if (live?.identity.group !== undefined) return live.identity;
  const identities = heard.names.map((name) => identifier.ofComm(name));
  const known = live?.identity ?? identities[0] ?? identifier.ofComm('');
  return known.isManager ? known : (identities.find(({ group }) => group !== undefined) ?? known);
}

/** Whether /proc may speak of the same process. */
export function isSame({ live }: Node, { startTicks }: LiveProcess): boolean {
  return live === undefined || live.startTicks === startTicks;
}

/** Whether this parent and comm can be the process's. The parent of an orphan is another one. */
export function isOf(node: Node, { parent, comm }: Pick<TaskKey, 'parent' | 'comm'>): boolean {
  return node.parent === parent || node.live?.comm === comm || node.heard.includes(comm);
}
