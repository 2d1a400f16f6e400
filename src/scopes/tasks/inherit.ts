import type { Dialect } from '../apps/dialect.ts';
import type { Identity } from '../apps/identify.ts';

/** A process among its relatives. */
export interface Relative {
  /** 0 where it is not known. */
  readonly id: number;
  /** 0 for those of the kernel's first task. */
  readonly parent: number;
  readonly identity: Identity;
}

/** A group, and from whom a process has it. */
export interface Inherited {
  readonly group: string;
  /** A pattern matches the process or one of its ancestors. */
  readonly isMatched: boolean;
}

/** What is known of the relatives of processes. */
export interface Kin {
  readonly inherits: Dialect['inherits'];
  lookUp(id: number): Relative | undefined;
  /** `undefined` where it has none, or is not known. */
  groupOf(id: number): Inherited | undefined;
  /** Ids, the eldest first. */
  childrenOf(id: number): readonly number[];
  /** A group of that name for processes that no pattern matches. */
  ownGroup(name: string): string;
}

const INIT = 1;

/** Netdata 2 has the threads of the kernel in this group where no pattern says otherwise. */
const KERNEL_GROUP = 'kernel';

/** Of a deeper family no more is looked at. */
const MAX_ANCESTORS = 1_000;
const MAX_GENERATIONS = 64;

/** The group of a process that no pattern matches; `undefined` where it has none from anybody. */
export function findInherited(kin: Kin, process: Relative): Inherited | undefined {
  const { parent } = process;
  switch (kin.inherits) {
    case 'from parents':
      return parent > INIT ? kin.groupOf(parent) : undefined;
    case 'from the family':
      return findOfFamily(kin, process);
    case 'up to a manager':
      return findBelowManager(kin, process);
  }
}

/** An ancestor that a pattern matches goes before children, and they go before what an ancestor has from other children. */
function findOfFamily(kin: Kin, process: Relative): Inherited | undefined {
  const { id, parent } = process;
  const above = parent > 0 ? kin.groupOf(parent) : undefined;
  if (above?.isMatched) return above;
  const group = id > INIT ? findOfChildren(kin, process, 0).group : undefined;
  if (group !== undefined) return { group, isMatched: false };
  return parent > INIT ? above : undefined;
}

/**
 * As apps.plugin 1.x merges processes into their parents, from the youngest generation up: a parent without a group takes
 * that of its first child, and whoever has a child of yet another group is not merged himself.
 */
function findOfChildren(
  kin: Kin,
  { id, identity }: Relative,
  depth: number,
): { readonly group: string | undefined; readonly isMerged: boolean } {
  let { group } = identity;
  let isMerged = true;
  if (depth >= MAX_GENERATIONS) return { group, isMerged };
  for (const childId of kin.childrenOf(id)) {
    const child = kin.lookUp(childId);
    // Gone since then, or another process by now.
    if (child?.parent !== id) continue;
    const found = findOfChildren(kin, child, depth + 1);
    const childGroup = found.group ?? identity.group;
    if (found.isMerged && (group === undefined || group === childGroup)) group = childGroup;
    else isMerged = false;
  }
  return { group, isMerged };
}

/** As apps.plugin 2 looks for what it calls the tree target. */
function findBelowManager(kin: Kin, process: Relative): Inherited | undefined {
  if (process.identity.isManager) return nameOf(kin, findTop(kin, process));
  const parent = kin.lookUp(process.parent);
  if (parent === undefined) return process.parent === 0 ? nameOf(kin, process) : undefined;
  return parent.identity.isManager ? nameOf(kin, process) : kin.groupOf(parent.id);
}

/** The ancestor next below init or a manager. */
function findTop(kin: Kin, process: Relative): Relative {
  let top = process;
  for (let depth = 0; depth < MAX_ANCESTORS && top.parent > INIT; depth += 1) {
    const parent = kin.lookUp(top.parent);
    if (parent === undefined || parent.identity.isManager) break;
    top = parent;
  }
  return top;
}

function nameOf(kin: Kin, { id, parent, identity: { name } }: Relative): Inherited | undefined {
  // Nothing is known of it.
  if (name === '' || (id === 0 && parent === 0)) return undefined;
  const group = parent === 0 && id !== INIT ? KERNEL_GROUP : kin.ownGroup(name);
  return { group, isMatched: false };
}
