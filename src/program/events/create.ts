import type { Plan } from '../../plan/plan.ts';
import { type Choice, writeCounts } from '../count.ts';
import { PARENTS } from '../double-buffer.ts';
import { readField } from '../fields.ts';
import { read32 } from '../key/emit.ts';
import { aliasOf } from '../layout.ts';
import { markChild, ownStart } from '../own.ts';
import { atEach, type Emitter } from './emitter.ts';

/** The clone flag that makes the new task a thread of its caller's process. */
const CLONE_THREAD = '0x10000';

/** Created tasks, processes and threads apart. The programs run in the caller. */
export const CREATE_EMITTERS: Readonly<Record<string, Emitter>> = {
  'create.rawtracepoint': atEach(
    ['The clone flags are arg1. CLONE_THREAD (0x10000) makes a thread'],
    (_, plan) => [
      ...writeCounts('caller', [splitBy('arg1')], plan, ownStart(isThread('arg1'), plan)),
      ...markChild(isThread('arg1'), readChild(plan), plan),
    ],
  ),
  'create.tracepoint': atEach(
    ['CLONE_THREAD (0x10000) makes a thread of the process that asked'],
    (_, plan) => {
      const flags = readField(plan, 'task:task_newtask', 'clone_flags');
      const child = readField(plan, 'task:task_newtask', 'pid');
      const mark = markChild(isThread(flags.value), `(uint64)${child.value}`, plan);
      return [
        ...writeCounts('caller', [splitBy(flags.value, 'args->pid')], plan, [
          ...flags.prelude,
          ...ownStart(isThread(flags.value), plan),
        ]),
        ...(mark.length === 0 ? [] : [...child.prelude, ...mark]),
      ];
    },
  ),
};

/** @param child - The id of the new task; a raw tracepoint's record holds none. */
function splitBy(flags: string, child?: string): Choice {
  return {
    when: isThread(flags),
    count: { counter: 'thread_created' },
    otherwise: {
      counter: 'process_created',
      byIds: (half) =>
        child === undefined ? [] : [`@${aliasOf(PARENTS, half)}[(uint64)${child}] = (uint64)pid;`],
    },
  };
}

function isThread(flags: string): string {
  return `${flags} & ${CLONE_THREAD}`;
}

/** The id of the new task, which is the raw tracepoint's first argument. */
function readChild({ task }: Plan): string {
  if (task === null) throw new Error('a raw task_newtask is taken only where its task can be read');
  return read32('(uint64)arg0', task.tgid);
}
