import { type HostFacts, isAtLeast } from '../../host/facts.ts';
import { type Candidate, namedFamily } from '../candidate.ts';
import type { FunctionFamily } from '../plan.ts';
import {
  canBeRaw,
  whyNoField,
  whyNoFunction,
  whyNoOffsets,
  whyNoTracepoint,
} from '../unavailable.ts';
import { EXEC } from './exec.ts';

const EXIT = 'tracepoint:sched:sched_process_exit';

/** do_exit() calls it for the last task of a process alone, just before the tracepoint, in every kernel before 6.16. */
const LAST_TASK = ['acct_process'];

const EXIT_CANDIDATE = {
  event: 'exit',
  attachType: 'tracepoint',
  maps: ['process_exited', 'thread_exited'],
  tracepoints: [EXIT],
  functions: [],
} as const;

export const EXIT_CANDIDATES: readonly Candidate[] = [
  {
    ...EXIT_CANDIDATE,
    attachType: 'rawtracepoint',
    family: 'rawtracepoint',
    name: 'exit.rawtracepoint.group-dead',
    tracepoints: ['rawtracepoint:sched_process_exit'],
    isFor: (_, facts) => canBeRaw(facts, EXIT, 'group_dead'),
    unavailable: () => undefined,
    approximate: () => undefined,
    because:
      'group_dead of a raw sched_process_exit marks the last thread of a process, and the kernel misses none',
  },
  {
    ...EXIT_CANDIDATE,
    family: 'tracepoint',
    name: 'exit.tracepoint.group-dead',
    unavailable: (facts) => whyNoField(facts, EXIT, 'group_dead'),
    approximate: () => undefined,
    because: 'group_dead of sched_process_exit marks the last thread of a process',
  },
  lastTaskCandidate('fentry'),
  lastTaskCandidate('kprobe'),
  {
    ...EXIT_CANDIDATE,
    family: 'tracepoint',
    name: 'exit.tracepoint.signal-live',
    unavailable: (facts) => whyNoTracepoint(facts, EXIT) ?? whyNoOffsets(facts),
    approximate: () =>
      'two last threads of one process that end at the same instant on two CPUs can both see signal->live at 0',
    because: 'signal->live of the ending task tells the last thread of a process',
  },
  {
    ...EXIT_CANDIDATE,
    family: 'tracepoint',
    name: 'exit.tracepoint.leader',
    maps: ['leader_exited', 'other_exited'],
    unavailable: (facts) => whyNoTracepoint(facts, EXIT) ?? whyNoField(facts, EXEC, 'old_pid'),
    approximate: () =>
      'a process whose first thread ends before the others is counted when that thread ends, not when the process does',
    because: 'the exit of the first thread stands for the exit of the process',
  },
];

/** Where the settings name the other family, this one is left out: the tracepoint alone counts too. */
function lastTaskCandidate(family: FunctionFamily): Candidate {
  return {
    ...EXIT_CANDIDATE,
    family,
    name: `exit.tracepoint.acct-process.${family}`,
    functions: LAST_TASK,
    isFor: (settings) => (namedFamily(settings) ?? family) === family,
    unavailable: (facts) =>
      whyNoTracepoint(facts, EXIT) ??
      whyNoFunction(facts, family, LAST_TASK) ??
      whyWrongOrder(facts),
    approximate: () => undefined,
    because:
      'acct_process, which the kernel calls for the last thread of a process alone, marks the sched_process_exit that follows',
  };
}

/** 6.16 moved the tracepoint to where the ending task still has its memory. */
function whyWrongOrder({ kernel }: HostFacts): string | undefined {
  return isAtLeast(kernel, 6, 16)
    ? 'since 6.16 the kernel calls acct_process after sched_process_exit'
    : undefined;
}
