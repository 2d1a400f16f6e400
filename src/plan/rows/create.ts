import { lacksField } from '../lacks.ts';
import type { Row } from '../row.ts';

const NEWTASK = 'tracepoint:task:task_newtask';

export const CREATE_ROWS: readonly Row[] = [
  {
    hook: 'create',
    attachment: 'tracepoint',
    family: 'tracepoint',
    probe: 'create.tracepoint',
    maps: ['process_created', 'thread_created'],
    tracepoints: [NEWTASK],
    functions: [],
    refusal: (facts) => lacksField(facts, NEWTASK, 'clone_flags'),
    doubt: () => undefined,
    because: 'task_newtask fires once for each new task and carries its clone flags',
  },
];
