import type { Keying, Plan } from '../plan/plan.ts';
import { type Half, inActiveHalf, OWN } from './double-buffer.ts';
import { read32 } from './key/emit.ts';
import { OWN_BIT, UNMARKED } from './key/layout.ts';
import { aliasOf } from './layout.ts';
import { branch, type Lines } from './text.ts';
import { writeCount } from './write-count.ts';

/**
 * How a program tells the events of a watched command apart. `$3` is the id of the command's cgroup, `$4` our own process
 * id where the command has no cgroup; each is 0 where it is not used.
 *
 * A process is the command's where its cgroup is, and where it is marked: whatever a process of the command creates is marked
 * by its process id, wherever it is created, and stays marked until it ends.
 */
const MARKS = '@mine';

/** The process ids of the kernel, by which processes are marked. */
function ownId(keying: Keying): string {
  return keying.by === 'ids' || keying.hasOwnIds
    ? '(uint64)pid'
    : read32('(uint64)curtask', keying.task.tgid);
}

/** Statements that put into `$own` whether the task is the command's. They read maps, and come before all other reads. */
export function readOwn({ hasCommand, keying }: Plan): Lines {
  if (!hasCommand || keying === null) return [];
  return [
    `$mine = ${ownId(keying)};`,
    `$own = ${MARKS}[$mine];`,
    ...branch('(uint64)cgroup == (uint64)$3', ['$own = (uint64)1;']),
  ];
}

/** The statement that counts an event of the command's once more, whatever room there is for its key. */
export function countOwn(what: string, half: Half, plan: Plan): Lines {
  return plan.hasCommand
    ? branch('$own == 1', [writeCount(aliasOf(OWN, half), [`(uint64)(${what})`], plan)])
    : [];
}

/** Statements that say in `$id` that the task is the command's. */
export function flagOwn({ hasCommand }: Plan): Lines {
  return hasCommand ? branch('$own == 1', [`$id = $id | (uint64)${OWN_BIT};`]) : [];
}

/**
 * Statements that make the creation of a process by us the command's. They come behind `readOwn`.
 *
 * @param isThread - A condition.
 */
export function ownStart(isThread: string, { hasCommand }: Plan): Lines {
  if (!hasCommand) return [];
  return branch('$mine == (uint64)$4', branch(`(${isThread}) == 0`, ['$own = (uint64)1;']));
}

/**
 * Statements that mark a new process.
 *
 * @param isThread - A condition.
 * @param child - The process id of the new task.
 */
export function markChild(isThread: string, child: string, plan: Plan): Lines {
  if (!plan.hasCommand) return [];
  return branch('$own == 1', [
    `$child = ${child};`,
    ...branch(`(${isThread}) == 0`, [
      `${MARKS}[$child] = (uint64)1;`,
      // A table that is full takes no mark.
      `$kept = ${MARKS}[$child];`,
      ...branch(
        '$kept == 0',
        inActiveHalf((half) => [writeCount(aliasOf(OWN, half), [`(uint64)${UNMARKED}`], plan)]),
      ),
    ]),
  ]);
}

/** Statements that take the mark off a process. @param isLast - Whether the task is the last one of its process. */
export function unmark(isLast: string, plan: Plan): Lines {
  if (!plan.hasCommand) return [];
  return branch('$own == 1', branch(isLast, [`delete(${MARKS}[$mine]);`]));
}
