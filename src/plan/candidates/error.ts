import { type HostFacts, isAtLeast } from '../../host/facts.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Candidate } from '../candidate.ts';
import { whyNoField, whyNoFunction, whyNoOffsets, whyNoTracepoint } from '../unavailable.ts';

const SYSCALLS = ['clone', 'clone3', 'fork', 'vfork'].map(
  (name) => `tracepoint:syscalls:sys_exit_${name}`,
);

/** The function behind clone, clone3, fork and vfork: its names since 5.10, since 4.2, and before. */
const CLONE = ['kernel_clone', '_do_fork', 'do_fork'];

const ERROR_CANDIDATE = {
  event: 'error',
  maps: ['error'],
  tracepoints: [],
  functions: [],
} as const;

export const ERROR_CANDIDATES: readonly Candidate[] = [
  {
    ...ERROR_CANDIDATE,
    attachType: 'fexit',
    family: 'fentry',
    name: 'error.fexit',
    functions: CLONE,
    isFor: wantsReturns,
    unavailable: (facts) => whyNoFunction(facts, 'fentry', CLONE),
    approximate: () => undefined,
    because:
      'what the function behind clone, clone3, fork and vfork returns; what a filter (seccomp) or a bad argument keeps from it is not a failed fork',
  },
  {
    ...ERROR_CANDIDATE,
    attachType: 'kretprobe',
    family: 'kprobe',
    name: 'error.kretprobe',
    functions: CLONE,
    // The exact tracepoints would slow down every system call of the machine.
    isWorthIt: true,
    isFor: wantsReturns,
    unavailable: (facts) => whyNoFunction(facts, 'kprobe', CLONE),
    approximate: (facts) =>
      whyNoOffsets(facts) === undefined
        ? missedReturns(facts)
        : `${missedReturns(facts)}, and a helper that the kernel itself fails to start counts`,
    because: 'what the function behind clone, clone3, fork and vfork returns',
  },
  {
    ...ERROR_CANDIDATE,
    attachType: 'tracepoint',
    family: 'tracepoint',
    name: 'error.tracepoint',
    tracepoints: SYSCALLS,
    unavailable: (facts, settings) =>
      wantsReturns(settings)
        ? whyNoSyscallReturns(facts)
        : 'the load mode is entry; --mode return counts failed forks',
    approximate: () => undefined,
    because:
      'the return of clone, clone3, fork and vfork; while attached, every system call of the machine takes about 80 ns longer',
  },
];

function wantsReturns({ loadMode }: Settings): boolean {
  return loadMode === 'return';
}

function whyNoSyscallReturns(facts: HostFacts): string | undefined {
  const there = SYSCALLS.filter((point) => whyNoTracepoint(facts, point) === undefined);
  const [first] = there;
  return first === undefined
    ? 'this kernel has no tracepoint at the return of clone, clone3, fork or vfork'
    : whyNoField(facts, first, 'ret');
}

/**
 * A kretprobe keeps a return address for each call under way, and vfork's lasts until the child's exec. Before 6.2 a kernel
 * without preemption keeps no more of them than it has CPUs.
 *
 * @see kernel:kernel/kprobes.c `register_kretprobe`, maxactive
 */
function missedReturns({ kernel, config, cpus }: HostFacts): string {
  const { options } = config;
  const isPreemptive = (options.get('PREEMPTION') ?? options.get('PREEMPT')) === 'y';
  const kept = isPreemptive || isAtLeast(kernel, 6, 2) ? Math.max(10, 2 * cpus) : cpus;
  return `a failed fork is missed while ${kept} other forks are under way`;
}
