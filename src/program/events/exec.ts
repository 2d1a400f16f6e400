import { writeCounts } from '../count.ts';
import { atEach, type Emitter } from './emitter.ts';

/** Execs that succeeded, in the context of the task, which has its new name already. */
export const EXEC_EMITTERS: Readonly<Record<string, Emitter>> = {
  'exec.rawtracepoint': atEach([], (_, plan) =>
    writeCounts('self', [{ count: { counter: 'exec' } }], plan),
  ),
  'exec.tracepoint': atEach(
    [
      'the kernel ends the other threads. A caller that was not the first thread takes over the id of that one:',
      'old_pid differs, and one exit with pid == tid was none of a process',
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
