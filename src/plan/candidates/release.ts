import { type HostFacts, isAtLeast } from '../../host/facts.ts';
import type { Settings } from '../../settings/settings.ts';
import { type Candidate, wantsKeys } from '../candidate.ts';
import type { FunctionFamily } from '../plan.ts';
import {
  findFunction,
  lacksFunctions,
  lacksRawTracepoints,
  lacksTracepoint,
  lacksTypes,
} from '../unavailable.ts';

const FREE = 'tracepoint:sched:sched_process_free';

/** release_task() calls the first two, one of which there is since 5.1, once for each task; it can release two itself. */
const RELEASE = ['cgroup_task_release', 'cgroup_release', 'release_task'];

const RELEASE_CANDIDATE = {
  event: 'release',
  maps: ['released'],
  tracepoints: [],
  functions: [],
} as const;

export const RELEASE_CANDIDATES: readonly Candidate[] = [
  {
    ...functionRow('fentry'),
    refusal: (facts, settings) =>
      lacksFunctions(facts, 'fentry', RELEASE) ?? lacksPath(facts, settings),
  },
  {
    ...RELEASE_CANDIDATE,
    attachType: 'rawtracepoint',
    family: 'rawtracepoint',
    probe: 'release.rawtracepoint',
    tracepoints: ['rawtracepoint:sched_process_free'],
    isFor: wantsKeys,
    refusal: (facts, settings) =>
      lacksTracepoint(facts, FREE) ??
      lacksTypes(facts) ??
      lacksRawTracepoints(facts) ??
      lacksPath(facts, settings),
    doubt: () => undefined,
    because:
      'a raw sched_process_free has the dead task at hand; what the kernel says it skipped is added',
  },
  {
    ...RELEASE_CANDIDATE,
    attachType: 'tracepoint',
    family: 'tracepoint',
    probe: 'release.tracepoint',
    tracepoints: [FREE],
    refusal: (facts) => lacksTracepoint(facts, FREE),
    doubt: skippedDoubt,
    because:
      'sched_process_free fires once for each released task; what the kernel says it skipped is added',
  },
  {
    ...functionRow('kprobe'),
    refusal: (facts, settings) =>
      lacksFunctions(facts, 'kprobe', RELEASE) ?? lacksPath(facts, settings),
  },
];

function functionRow(family: FunctionFamily): Omit<Candidate, 'refusal'> {
  return {
    ...RELEASE_CANDIDATE,
    attachType: family,
    family,
    probe: `release.${family}`,
    functions: RELEASE,
    doubt: (facts) =>
      findFunction(facts, family, RELEASE) !== 'release_task'
        ? undefined
        : 'a first thread that nobody waits for is released within the call for the last one, and not counted',
    because: 'the kernel calls it once for each task that is released',
  };
}

/** sched_process_free runs in a soft interrupt, where a BPF program is skipped if another one is active on that CPU. */
function skippedDoubt(facts: HostFacts): string | undefined {
  if (facts.privilege !== 'root') {
    return 'only root can read what it skipped under load, so that is missing';
  }
  // trace_call_bpf counts what it skips since 6.7.
  return isAtLeast(facts.kernel, 6, 7)
    ? undefined
    : 'before 6.7 the kernel does not say what it skipped under load';
}

/** A dead task's cgroup is reached through members that are named differently before 5.5. */
function lacksPath(facts: HostFacts, settings: Settings): string | undefined {
  return wantsKeys(settings) && facts.taskStruct.has('comm') && !isAtLeast(facts.kernel, 5, 5)
    ? 'before 5.5 the kernel keeps the id of a cgroup in another shape'
    : undefined;
}
