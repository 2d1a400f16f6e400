import type { Keying, TypeKeying } from '../../plan/plan.ts';
import type { Half } from '../double-buffer.ts';
import { buildIdKey } from './emit-by-id.ts';

/**
 * Whose event it is: the task that called, the task that runs, the task that ends, or one that is dead, of which only the
 * thread id is known (`remembered`, by `args->pid`).
 */
export type BareSubject = 'caller' | 'self' | 'ending' | 'remembered';

/** Also a dead task at an address that the program has at hand, such as `arg0`. */
export type Subject =
  | { readonly kind: BareSubject }
  | { readonly kind: 'dead'; readonly task: string };

/** Statements before a keyed count, and the parts of its key: id, parent, comm in two numbers, cgroup. */
export interface SubjectKey {
  readonly prelude: readonly string[];
  readonly key: readonly string[];
  /** Statements that fill other maps of the half that is counted in. */
  inHalf?(half: Half): readonly string[];
}

/** A process that lived this long keeps its own id in the key: /proc can be read while it lives. */
const LONG_LIVED_NS = 2_000_000_000;

/** A process that ended before this age lived short: its exit has index `SHORT_LIVED_INDEX` in the key, any other 0. */
const SHORT_LIVED_NS = 100_000_000;
export const SHORT_LIVED_INDEX = 1;

/** Set in the id where the first eight bytes of the comm have the highest bit set; see `readTask`. */
export const COMM_HIGH_BIT = 1n << 32n;

/** Factors of the tag under which an ending task is remembered; odd, so that no bit is lost. */
export const TAG_FACTORS = [
  0x9e3779b97f4a7c15n & 0x7fffffffffffffffn,
  0x42b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x27d4eb2f165667c5n,
  0x5851f42d4c957f2dn,
] as const;

/** A tag has 62 bits: bpftrace up to 0.23 prints a key from 2^63 on as -1. 0 means that nothing is remembered. */
export const TAG_MASK = 0x3fffffffffffffffn;

/**
 * The key of a subject: id (0 for a short-lived process), parent's id, comm as two numbers, cgroup id. A storm of
 * short-lived children of one parent is then a handful of keys that are counted up, not one key a child.
 *
 * A caller always keeps its id, short-lived or not: with its parent and its comm that tells whose children its children
 * are, after all of them are gone. No string is a key, because versions of bpftrace mangle them.
 */
export function buildSubjectKey(subject: Subject, keying: Keying): SubjectKey {
  return keying.by === 'ids' ? buildIdKey(subject, keying) : buildTypeKey(subject, keying);
}

function buildTypeKey(subject: Subject, keying: TypeKeying): SubjectKey {
  switch (subject.kind) {
    case 'caller':
      return {
        prelude: ['$id = (uint64)curtask->tgid;', ...readTask('curtask', keying)],
        key: CURRENT_KEY,
      };
    case 'self':
      return { prelude: readAgedTask('curtask', keying), key: CURRENT_KEY };
    case 'ending':
      return {
        prelude: [
          ...readAgedTask('curtask', keying),
          ...(keying.remembersEnding ? [`@_ending[(uint64)curtask->pid] = ${TAG};`] : []),
        ],
        key: CURRENT_KEY,
      };
    case 'dead':
      return {
        prelude: [
          `$task = (struct task_struct *)${subject.task};`,
          ...readAgedTask('$task', keying),
          // Not in the key itself, which is built twice for each count.
          '$cgroup = (uint64)$task->cgroups->dfl_cgrp->kn->id;',
        ],
        key: [...TASK_KEY, '$cgroup'],
      };
    case 'remembered':
      return {
        prelude: [
          '$tag = @_ending[(uint64)args->pid];',
          'if ($tag != 0) {',
          '  delete(@_ending[(uint64)args->pid]);',
          '}',
        ],
        key: ['(uint64)$tag', ...Array<string>(4).fill('(uint64)0')],
      };
  }
}

/** Statements after those of an ending task that set `$short` to the index of a short life, shifted to its place. */
export function markShortLived(shift: number): string[] {
  return [
    '$short = (uint64)0;',
    `if ($age < (uint64)${SHORT_LIVED_NS}) {`,
    `  $short = (uint64)${SHORT_LIVED_INDEX << shift};`,
    '}',
  ];
}

const TASK_KEY = ['$id', '$parent', '$comm1', '$comm2'];
const CURRENT_KEY = [...TASK_KEY, '(uint64)cgroup'];

const TAG = `(uint64)((${CURRENT_KEY.map((part, i) => `(${part} * (uint64)${TAG_FACTORS[i]})`).join(' ^ ')}) & (uint64)${TAG_MASK})`;

function readAgedTask(task: string, keying: TypeKeying): string[] {
  return [
    '$id = (uint64)0;',
    `$age = (uint64)nsecs - (uint64)${task}->group_leader->${keying.startMember};`,
    `if ($age > (uint64)${LONG_LIVED_NS}) {`,
    `  $id = (uint64)${task}->tgid;`,
    '}',
    ...readTask(task, keying),
  ];
}

/** bpftrace up to 0.23 prints a key from 2^63 on as -1: the highest bit of the comm travels in the id. */
function readTask(task: string, { commOffset }: TypeKeying): string[] {
  return [
    `$parent = (uint64)${task}->real_parent->tgid;`,
    `$comm1 = *(uint64*)((uint64)${task} + ${commOffset});`,
    `$comm2 = *(uint64*)((uint64)${task} + ${commOffset + 8});`,
    'if ($comm1 > (uint64)0x7fffffffffffffff) {',
    `  $id = $id | (uint64)${COMM_HIGH_BIT};`,
    '  $comm1 = $comm1 & (uint64)0x7fffffffffffffff;',
    '}',
  ];
}
