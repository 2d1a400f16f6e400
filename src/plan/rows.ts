import { type HostFacts, isAtLeast } from '../host/facts.ts';
import type { Settings } from '../settings/settings.ts';
import type { Attachment, Hook } from './plan.ts';

/**
 * One way to attach one hook. The rows of a hook are tried in order; the first that is not refused is taken.
 * A new attachment is a new row here and a new file in `probes/`.
 */
export interface Row {
  readonly hook: Hook;
  readonly attachment: Attachment;
  /** File in `probes/`, without `.bt`. */
  readonly probe: string;
  readonly maps: readonly string[];
  /** Attach points that the probe's file may hold; those that the kernel lacks are left out. */
  readonly attachPoints: readonly string[];
  /** False where the row is of no use for what is asked; it is then left out without a word. @defaultValue always */
  isFor?(settings: Settings): boolean;
  /** Why this row cannot be taken on this machine; `undefined` where it can. */
  refusal(facts: HostFacts, settings: Settings): string | undefined;
  /** Why the counts are not exact; `undefined` where they are. */
  doubt(facts: HostFacts): string | undefined;
  /** Said of this row where it is taken. */
  readonly because: string;
}

const NEWTASK = 'tracepoint:task:task_newtask';
const EXEC = 'tracepoint:sched:sched_process_exec';
const EXIT = 'tracepoint:sched:sched_process_exit';
const FREE = 'tracepoint:sched:sched_process_free';
const SYSCALLS = ['clone', 'clone3', 'fork', 'vfork'].map(
  (name) => `tracepoint:syscalls:sys_exit_${name}`,
);

export const ROWS: readonly Row[] = [
  {
    hook: 'create',
    attachment: 'tracepoint',
    probe: 'create.tracepoint',
    maps: ['process_created', 'thread_created'],
    attachPoints: [NEWTASK],
    refusal: (facts) => lacksField(facts, NEWTASK, 'clone_flags'),
    doubt: () => undefined,
    because: 'task_newtask fires once for each new task and carries its clone flags',
  },
  {
    hook: 'exec',
    attachment: 'tracepoint',
    probe: 'exec.tracepoint',
    maps: ['exec', 'thread_exec'],
    attachPoints: [EXEC],
    refusal: (facts) => lacksField(facts, EXEC, 'old_pid'),
    doubt: () => undefined,
    because: 'sched_process_exec fires once for each exec that succeeded',
  },
  {
    hook: 'exit',
    attachment: 'tracepoint',
    probe: 'exit.tracepoint.group-dead',
    maps: ['process_exited', 'thread_exited'],
    attachPoints: [EXIT],
    refusal: (facts) => lacksField(facts, EXIT, 'group_dead'),
    doubt: () => undefined,
    because: 'group_dead of sched_process_exit marks the last thread of a process',
  },
  {
    hook: 'exit',
    attachment: 'tracepoint',
    probe: 'exit.tracepoint.signal-live',
    maps: ['process_exited', 'thread_exited'],
    attachPoints: [EXIT],
    refusal: (facts) => lacksTracepoint(facts, EXIT) ?? lacksTypes(facts),
    doubt: () =>
      'two last threads of one process that end at the same instant on two CPUs can both see signal->live at 0',
    because: 'signal->live of the ending task tells the last thread of a process',
  },
  {
    hook: 'exit',
    attachment: 'tracepoint',
    probe: 'exit.tracepoint.leader',
    maps: ['leader_exited', 'other_exited'],
    attachPoints: [EXIT],
    refusal: (facts) => lacksTracepoint(facts, EXIT) ?? lacksField(facts, EXEC, 'old_pid'),
    doubt: () =>
      'a process whose first thread ends before the others is counted when that thread ends, not when the process does',
    because: 'the exit of the first thread stands for the exit of the process',
  },
  {
    hook: 'release',
    attachment: 'rawtracepoint',
    probe: 'release.rawtracepoint',
    maps: ['released'],
    attachPoints: ['rawtracepoint:sched_process_free'],
    isFor: wantsKeys,
    refusal: (facts) =>
      lacksTracepoint(facts, FREE) ?? lacksTypes(facts) ?? lacksRawTracepoints(facts),
    doubt: () => undefined,
    because: 'a raw sched_process_free has the dead task at hand, and the kernel skips none',
  },
  {
    hook: 'release',
    attachment: 'tracepoint',
    probe: 'release.tracepoint',
    maps: ['released'],
    attachPoints: [FREE],
    refusal: (facts) => lacksTracepoint(facts, FREE),
    doubt: (facts) => releaseDoubt(facts),
    because:
      'sched_process_free fires once for each released task; what the kernel says it skipped is added',
  },
  {
    hook: 'error',
    attachment: 'tracepoint',
    probe: 'error.tracepoint',
    maps: ['error'],
    attachPoints: SYSCALLS,
    refusal: (facts, settings) =>
      settings.loadMode === 'entry'
        ? 'the load mode is entry; --mode return counts refused creations'
        : lacksSyscallReturns(facts),
    doubt: () => undefined,
    because:
      'the return of clone, clone3, fork and vfork; while attached, every system call of the machine takes about 80 ns longer',
  },
];

/** The tracepoints that some row needs, `category:name`. */
export const TRACEPOINTS: readonly string[] = [...new Set(ROWS.flatMap((row) => row.attachPoints))]
  .filter(isTracepoint)
  .map(tracepointName);

/** Counts are kept apart by task where anything is to be attributed. */
export function wantsKeys(settings: Settings): boolean {
  return settings.apps || settings.cgroups;
}

export function isTracepoint(attachPoint: string): boolean {
  return attachPoint.startsWith('tracepoint:');
}

/** `tracepoint:sched:sched_process_exit` → `sched:sched_process_exit`. */
export function tracepointName(attachPoint: string): string {
  return attachPoint.slice(attachPoint.indexOf(':') + 1);
}

function lacksTracepoint(facts: HostFacts, attachPoint: string): string | undefined {
  const name = tracepointName(attachPoint);
  return facts.tracepoints.has(name) ? undefined : `this kernel has no tracepoint ${name}`;
}

function lacksField(facts: HostFacts, attachPoint: string, field: string): string | undefined {
  const name = tracepointName(attachPoint);
  const fields = facts.tracepoints.get(name);
  if (fields === undefined) return lacksTracepoint(facts, attachPoint);
  if (!fields.includes(field)) return `${name} of this kernel has no field ${field}`;
  return lacksArguments(facts);
}

/** Why this bpftrace cannot read any field of any tracepoint. */
export function lacksArguments({ btf, bpftrace }: HostFacts): string | undefined {
  return btf === 'absent' && isAtLeast(bpftrace, 0, 25)
    ? `bpftrace ${bpftrace.version} reads tracepoint fields only with kernel type information (BTF), which this kernel lacks`
    : undefined;
}

function lacksTypes(facts: HostFacts): string | undefined {
  return facts.btf === 'readable' ? undefined : describeMissingTypes(facts);
}

export function describeMissingTypes(facts: HostFacts): string {
  return facts.btf === 'absent'
    ? 'this kernel has no type information (BTF)'
    : `bpftrace ${facts.bpftrace.version} cannot read this kernel's type information (BTF)`;
}

function lacksSyscallReturns(facts: HostFacts): string | undefined {
  const there = SYSCALLS.filter((point) => lacksTracepoint(facts, point) === undefined);
  const [first] = there;
  return first === undefined
    ? 'this kernel has no tracepoint at the return of clone, clone3, fork or vfork'
    : lacksField(facts, first, 'ret');
}

/** 0.17 and before abort on one; 0.24 to 0.26 find it only among the traceable functions, which may be unreadable. */
function lacksRawTracepoints({ bpftrace }: HostFacts): string | undefined {
  const can = isAtLeast(bpftrace, 0, 27) || (bpftrace.major === 0 && bpftrace.minor === 23);
  return can
    ? undefined
    : `bpftrace ${bpftrace.version} has no raw tracepoints that it attaches everywhere`;
}

/** sched_process_free runs in a soft interrupt, where a BPF program is skipped if another one is active on that CPU. */
function releaseDoubt(facts: HostFacts): string | undefined {
  if (facts.privilege !== 'root') {
    return 'only root can read what it skipped under load, so that is missing';
  }
  // trace_call_bpf counts what it skips since 6.7.
  return isAtLeast(facts.kernel, 6, 7)
    ? undefined
    : 'before 6.7 the kernel does not say what it skipped under load';
}
