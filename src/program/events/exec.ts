import { writeCounts } from '../count.ts';
import { atEach, type Emitter } from './emitter.ts';

/** Execs that succeeded. The programs run in the task that called, which has its new name by then. */
export const EXEC_EMITTERS: Readonly<Record<string, Emitter>> = {
  'exec.rawtracepoint': atEach([], (_, plan) =>
    writeCounts('self', [{ count: { counter: 'exec' } }], plan),
  ),
  'exec.tracepoint': atEach(
    [
      'Where the exit of the first thread stands for that of its process, execs by another one are told apart: it takes',
      'over the id of the first one, and one exit with pid == tid was none of a process',
    ],
    ({ maps }, plan) =>
      writeCounts(
        'self',
        [
          { count: { counter: 'exec' } },
          ...(maps.includes('thread_exec')
            ? [{ when: 'args->old_pid != args->pid', count: { counter: 'thread_exec' } }]
            : []),
        ],
        plan,
      ),
  ),
};
