import { type Choice, writeCounts } from '../count.ts';
import { PARENTS } from '../double-buffer.ts';
import { readField } from '../fields.ts';
import { aliasOf } from '../layout.ts';
import { atEach, type Emitter } from './emitter.ts';

/** The clone flag that makes the new task a thread of its caller's process. */
const CLONE_THREAD = '0x10000';

/** Created tasks, processes and threads apart. The programs run in the caller. */
export const CREATE_EMITTERS: Readonly<Record<string, Emitter>> = {
  'create.rawtracepoint': atEach(
    ['The clone flags are arg1. CLONE_THREAD (0x10000) makes a thread'],
    (_, plan) => writeCounts('caller', [splitBy('arg1')], plan),
  ),
  'create.tracepoint': atEach(
    ['CLONE_THREAD (0x10000) makes a thread of the process that asked'],
    (_, plan) => {
      const flags = readField(plan, 'task:task_newtask', 'clone_flags');
      return writeCounts('caller', [splitBy(flags.value, 'args->pid')], plan, flags.prelude);
    },
  ),
};

/** @param child - The id of the new task; a raw tracepoint's record holds none. */
function splitBy(flags: string, child?: string): Choice {
  return {
    when: `${flags} & ${CLONE_THREAD}`,
    count: { counter: 'thread_created' },
    otherwise: {
      counter: 'process_created',
      byIds: (half) =>
        child === undefined ? [] : [`@${aliasOf(PARENTS, half)}[(uint64)${child}] = (uint64)pid;`],
    },
  };
}
