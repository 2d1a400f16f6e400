import type { Keying, TypeKeying } from '../../plan/plan.ts';
import type { TaskOffsets } from '../../plan/task-offsets.ts';
import { COMMS, type Half } from '../double-buffer.ts';
import { aliasOf } from '../layout.ts';
import { branch, type Lines } from '../text.ts';
import {
  COMM_HIGH_BIT,
  EXIT_CODE_MASK,
  EXIT_CODE_SHIFT,
  INDEX_SHIFT,
  type KeyWords,
  LIFETIME_BOUNDS_NS,
  LONG_LIVED_NS,
} from './layout.ts';

/** The task whose event it is: the caller of a fork, the task that execs (`self`), or the task that exits (`ending`). */
export type Subject = 'caller' | 'self' | 'ending';

/** How a program writes the key of a subject. */
export interface SubjectKey {
  /** Statements that read the task. */
  readonly prelude: Lines;
  readonly words: Omit<KeyWords, 'what'>;
  /** Statements that fill other maps of the active half. */
  inHalf(half: Half): Lines;
}

/**
 * The key of a subject. Short-lived processes have id 0 in it, so that many of them under one parent share a few keys
 * instead of having one each.
 *
 * The key of a caller always holds its id. With the parent and the comm beside it, that says who the parent of its children
 * was, even after all of them have ended.
 */
export function buildSubjectKey(subject: Subject, keying: Keying): SubjectKey {
  return keying.by === 'ids' ? buildIdKey(subject) : buildTypeKey(subject, keying);
}

function buildTypeKey(subject: Subject, keying: TypeKeying): SubjectKey {
  return {
    prelude: ['$task = (uint64)curtask;', ...readId(subject, keying), ...readFamily(keying.task)],
    words: {
      id: '$id',
      parent: '$parent',
      comm1: '$comm1',
      comm2: '$comm2',
      cgroup: '(uint64)cgroup',
    },
    inHalf: () => [],
  };
}

function readId(subject: Subject, keying: TypeKeying): string[] {
  const { task, hasOwnIds } = keying;
  const id = hasOwnIds ? '(uint64)pid' : read32('$task', task.tgid);
  if (subject === 'caller') return [`$id = ${id};`];
  return [
    ...readStart(subject, keying),
    '$age = (uint64)nsecs - $start;',
    '$id = (uint64)0;',
    ...branch(`$age > (uint64)${LONG_LIVED_NS}`, [`$id = ${id};`]),
  ];
}

/** A process starts with its first thread. An exec gives that start time to the thread that called. */
function readStart(subject: Subject, { task, hasOwnIds }: TypeKeying): string[] {
  if (subject === 'self') return [`$start = ${read64('$task', task.start)};`];
  const readFirst = `$first = ${read64('$task', task.groupLeader)};`;
  return [
    ...(hasOwnIds ? ['$first = $task;', ...branch('pid != tid', [readFirst])] : [readFirst]),
    `$start = ${read64('$first', task.start)};`,
  ];
}

/** One read in each statement: bpftrace 0.11 cannot nest them. */
function readFamily(task: TaskOffsets): string[] {
  return [
    `$real_parent = ${read64('$task', task.realParent)};`,
    `$parent = ${read32('$real_parent', task.tgid)};`,
    `$comm1 = ${read64('$task', task.comm)};`,
    `$comm2 = ${read64('$task', task.comm + 8)};`,
    ...branch('$comm1 > (uint64)0x7fffffffffffffff', [
      `$id = $id | (uint64)${COMM_HIGH_BIT};`,
      '$comm1 = $comm1 & (uint64)0x7fffffffffffffff;',
    ]),
  ];
}

/** Eight bytes of the kernel's memory. */
export function read64(address: string, offset: number): string {
  return `*(uint64*)(${address} + ${offset})`;
}

/** One byte of the kernel's memory. */
export function read8(address: string, offset: number): string {
  return `(uint64)*(uint8*)(${address} + ${offset})`;
}

/** Four bytes of the kernel's memory. */
export function read32(address: string, offset: number): string {
  return `(uint64)*(uint32*)(${address} + ${offset})`;
}

/** Statements that put into `$what` how long an `ending` subject lived, and how it ends. */
export function markEnding(keying: Keying): Lines {
  if (keying.by === 'ids') return [];
  const classes = LIFETIME_BOUNDS_NS.length;
  return [
    `$ending = (uint64)${classes + 1};`,
    // From the longest to the shortest: the last one that is true stays.
    ...LIFETIME_BOUNDS_NS.map((bound, i) => [bound, i + 1] as const)
      .reverse()
      .flatMap(([bound, lived]) => branch(`$age < (uint64)${bound}`, [`$ending = ${lived};`])),
    `$code = ${read32('$task', keying.task.exitCode)};`,
    `$ending = $ending | (($code & ${EXIT_CODE_MASK}) << ${EXIT_CODE_SHIFT});`,
    `$what = $what | ($ending << ${INDEX_SHIFT});`,
  ];
}

/**
 * The key of a subject where the kernel's types cannot be read: its process id and cgroup. What a process is called, and
 * whose child it is, stands beside the keys in maps that are printed and cleared with them.
 */
function buildIdKey(subject: Subject): SubjectKey {
  const zero = '(uint64)0';
  return {
    prelude: ['$id = (uint64)pid;'],
    words: {
      id: '$id',
      parent: zero,
      comm1: zero,
      comm2: zero,
      cgroup: '(uint64)cgroup',
    },
    inHalf: (half) => {
      const note = [`@${aliasOf(COMMS, half)}[(uint64)pid] = comm;`];
      // A process is known by the name of its first thread; other threads may have names of their own.
      return subject === 'self' ? note : branch('pid == tid', note);
    },
  };
}
