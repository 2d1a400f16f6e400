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

/** What is known of the relatives of processes. */
export interface Kin {
  readonly inherits: Dialect['inherits'];
  lookUp(id: number): Relative | undefined;
  /** `undefined` where it has none, or is not known. */
  groupOf(id: number): string | undefined;
  /** A group of that name for processes that no pattern matches. */
  ownGroup(name: string): string;
}

const INIT = 1;

/** Netdata 2 has the threads of the kernel in this group where no pattern says otherwise. */
const KERNEL_GROUP = 'kernel';

/** Of more ancestors no more is looked at. */
const MAX_ANCESTORS = 1_000;

/** The group of a process that no pattern matches; `undefined` where it has none from anybody. */
export function findInherited(kin: Kin, process: Relative): string | undefined {
  const { parent } = process;
  switch (kin.inherits) {
    case 'from parents':
      return parent > INIT ? kin.groupOf(parent) : undefined;
    case 'from parents and init':
      return parent > 0 ? kin.groupOf(parent) : undefined;
    case 'up to a manager':
      return findBelowManager(kin, process);
  }
}

/** As apps.plugin 2 looks for what it calls the tree target. */
function findBelowManager(kin: Kin, process: Relative): string | undefined {
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

function nameOf(kin: Kin, { id, parent, identity: { name } }: Relative): string | undefined {
  // Nothing is known of it.
  if (name === '' || (id === 0 && parent === 0)) return undefined;
  return parent === 0 && id !== INIT ? KERNEL_GROUP : kin.ownGroup(name);
}
