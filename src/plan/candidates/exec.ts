import type { Candidate } from '../candidate.ts';
import { canBeRaw, whyNoField } from '../unavailable.ts';

export const EXEC = 'tracepoint:sched:sched_process_exec';

const EXEC_CANDIDATE = {
  event: 'exec',
  functions: [],
  approximate: () => undefined,
} as const;

export const EXEC_CANDIDATES: readonly Candidate[] = [
  {
    ...EXEC_CANDIDATE,
    attachType: 'rawtracepoint',
    family: 'rawtracepoint',
    name: 'exec.rawtracepoint',
    maps: ['exec'],
    tracepoints: ['rawtracepoint:sched_process_exec'],
    isFor: (_, facts) => canBeRaw(facts, EXEC, 'old_pid'),
    unavailable: () => undefined,
    because:
      'a raw sched_process_exec fires once for each exec that succeeded, and the kernel misses none',
  },
  {
    ...EXEC_CANDIDATE,
    attachType: 'tracepoint',
    family: 'tracepoint',
    name: 'exec.tracepoint',
    maps: ['exec', 'thread_exec'],
    tracepoints: [EXEC],
    unavailable: (facts) => whyNoField(facts, EXEC, 'old_pid'),
    because: 'sched_process_exec fires once for each exec that succeeded',
  },
];
