import type { Candidate } from '../candidate.ts';
import { canBeRaw, whyNoField } from '../unavailable.ts';

const NEWTASK = 'tracepoint:task:task_newtask';

const CREATE_CANDIDATE = {
  event: 'create',
  maps: ['process_created', 'thread_created'],
  functions: [],
  approximate: () => undefined,
} as const;

export const CREATE_CANDIDATES: readonly Candidate[] = [
  {
    ...CREATE_CANDIDATE,
    attachType: 'rawtracepoint',
    family: 'rawtracepoint',
    name: 'create.rawtracepoint',
    tracepoints: ['rawtracepoint:task_newtask'],
    isFor: (_, facts) => canBeRaw(facts, NEWTASK, 'clone_flags'),
    unavailable: () => undefined,
    because: 'a raw task_newtask fires once for each new task, and the kernel misses none',
  },
  {
    ...CREATE_CANDIDATE,
    attachType: 'tracepoint',
    family: 'tracepoint',
    name: 'create.tracepoint',
    tracepoints: [NEWTASK],
    unavailable: (facts) => whyNoField(facts, NEWTASK, 'clone_flags'),
    because: 'task_newtask fires once for each new task and carries its clone flags',
  },
];
