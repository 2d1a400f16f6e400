import { type HostFacts, isAtLeast } from '../../host/facts.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Candidate } from '../candidate.ts';
import { findTaskOffsets } from '../task-offsets.ts';
import {
  findFunction,
  whyNoField,
  whyNoFunction,
  whyNoOffsets,
  whyNoTracepoint,
} from '../unavailable.ts';

const SYSCALLS = ['clone', 'clone3', 'fork', 'vfork'];
const ENTRIES = SYSCALLS.map((name) => `tracepoint:syscalls:sys_enter_${name}`);
const RETURNS = SYSCALLS.map((name) => `tracepoint:syscalls:sys_exit_${name}`);

/** The function behind clone, clone3, fork and vfork: its names since 5.10, since 4.2, and before. */
const CLONE = ['kernel_clone', '_do_fork', 'do_fork'];

/** clone3 itself, for programs of 64 and of 32 bits. */
const CLONE3 = ['__x64_sys_clone3', '__ia32_sys_clone3', '__arm64_sys_clone3'];

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
    besides: CLONE3,
    isWorthIt: true,
    isFor: wantsReturns,
    unavailable: (facts) => whyNoFunction(facts, 'fentry', CLONE),
    approximate: (facts) => (countsClone3(facts) ? undefined : missedArguments(facts)),
    because:
      'what the kernel answers to clone, clone3, fork and vfork; what a filter (seccomp) answers in its place is not a failed fork',
  },
  {
    ...ERROR_CANDIDATE,
    attachType: 'kretprobe',
    family: 'kprobe',
    name: 'error.kretprobe',
    functions: CLONE,
    // The tracepoints would slow down every system call of the machine.
    isWorthIt: true,
    isFor: wantsReturns,
    unavailable: (facts) => whyNoFunction(facts, 'kprobe', CLONE),
    approximate: (facts) =>
      [
        missedReturns(facts),
        missedArguments(facts),
        whyNoOffsets(facts) && 'a helper that the kernel itself fails to start counts',
      ]
        .filter((reason) => reason !== undefined)
        .join(', and '),
    because: 'what the function behind clone, clone3, fork and vfork returns',
  },
  {
    ...ERROR_CANDIDATE,
    attachType: 'tracepoint',
    family: 'tracepoint',
    name: 'error.tracepoint',
    maps: ['error', 'filtered'],
    tracepoints: [...ENTRIES, ...RETURNS],
    unavailable: (facts, settings) =>
      wantsReturns(settings)
        ? whyNoSyscalls(facts)
        : 'the load mode is entry; --mode return counts failed forks',
    approximate: missed32Bit,
    because:
      'the return of clone, clone3, fork and vfork; while attached, every system call of the machine takes about 80 ns longer',
  },
];

function wantsReturns({ loadMode }: Settings): boolean {
  return loadMode === 'return';
}

function whyNoSyscalls(facts: HostFacts): string | undefined {
  const isThere = (point: string) => whyNoTracepoint(facts, point) === undefined;
  const first = RETURNS.find(isThere);
  return first === undefined || !ENTRIES.some(isThere)
    ? 'this kernel has no tracepoints at clone, clone3, fork or vfork'
    : whyNoField(facts, first, 'ret');
}

/** Since 5.3 there is clone3. */
function missedArguments({ kernel }: HostFacts): string | undefined {
  return isAtLeast(kernel, 5, 3)
    ? 'a clone3 whose arguments the kernel cannot read or does not take is missed'
    : undefined;
}

/** Whether failures of clone3 itself can be told from those of the function behind it. */
function countsClone3(facts: HostFacts): boolean {
  const hasPlace = (findTaskOffsets(facts)?.setTid ?? null) !== null;
  const isThere = CLONE3.some((name) => findFunction(facts, 'fentry', [name]) !== undefined);
  return !isAtLeast(facts.kernel, 5, 3) || (hasPlace && isThere);
}

/**
 * The tracepoints of system calls leave out calls of 32-bit programs, on x86 and on ARM. `raw_syscalls` has them, and would
 * slow down every system call by as much again.
 *
 * @see kernel:include/trace/syscall.h ARCH_TRACE_IGNORE_COMPAT_SYSCALLS
 */
function missed32Bit({ config }: HostFacts): string | undefined {
  if (config.source !== undefined && config.options.get('COMPAT') !== 'y') return undefined;
  return 'a failed fork of a 32-bit program is missed';
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
