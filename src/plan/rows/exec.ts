import { lacksField } from '../lacks.ts';
import type { Row } from '../row.ts';

export const EXEC = 'tracepoint:sched:sched_process_exec';

export const EXEC_ROWS: readonly Row[] = [
  {
    hook: 'exec',
    attachment: 'tracepoint',
    family: 'tracepoint',
    probe: 'exec.tracepoint',
    maps: ['exec', 'thread_exec'],
    tracepoints: [EXEC],
    functions: [],
    refusal: (facts) => lacksField(facts, EXEC, 'old_pid'),
    doubt: () => undefined,
    because: 'sched_process_exec fires once for each exec that succeeded',
  },
];
