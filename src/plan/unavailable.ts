import { type HostFacts, isAtLeast, isByLauncher } from '../host/facts.ts';
import type { FunctionFamily } from './plan.ts';
import { findTaskOffsets } from './task-offsets.ts';

/** Why something cannot be had on a machine; `undefined` where it can. */
type Reason = string | undefined;

const NO_TYPES = 'this kernel has no type information (BTF)';

/** Why no BPF program at all can run here. */
export function whyNoBpf(facts: HostFacts): Reason {
  if (facts.rejectedBy !== undefined) {
    return `Netdata's list of kernels that must not run eBPF names this one (${facts.rejectedBy})`;
  }
  if (facts.lockdown.state === 'confidentiality') {
    return 'this kernel is locked down (confidentiality), which lets no BPF program read it';
  }
  // Without BPF_EVENTS no tracepoint takes a BPF program either.
  return (
    facts.bpfProblem ?? whyNoOptions(facts, ['BPF', 'BPF_SYSCALL', 'PERF_EVENTS', 'BPF_EVENTS'])
  );
}

/** @param attachPoint - `tracepoint:category:name`. */
export function whyNoTracepoint(facts: HostFacts, attachPoint: string): Reason {
  const name = tracepointName(attachPoint);
  return facts.tracepoints.has(name) ? undefined : `this kernel has no tracepoint ${name}`;
}

export function whyNoField(facts: HostFacts, attachPoint: string, field: string): Reason {
  const name = tracepointName(attachPoint);
  const fields = facts.tracepoints.get(name);
  if (fields === undefined) return whyNoTracepoint(facts, attachPoint);
  if (!fields.includes(field)) return `${name} of this kernel has no field ${field}`;
  return whyNoFields(facts);
}

/** Why this bpftrace cannot read any field of any tracepoint. */
export function whyNoFields({ btf, bpftrace }: HostFacts): Reason {
  return btf === 'absent' && isAtLeast(bpftrace, 0, 25)
    ? `bpftrace ${bpftrace.version} reads tracepoint fields only with kernel type information (BTF), which this kernel lacks`
    : undefined;
}

export function whyNoTypes({ btf, bpftrace }: HostFacts): Reason {
  if (btf === 'readable') return undefined;
  return btf === 'absent'
    ? NO_TYPES
    : `bpftrace ${bpftrace.version} cannot read this kernel's type information (BTF)`;
}

/** Why programs cannot read members of a task by their offset. */
export function whyNoOffsets(facts: HostFacts): Reason {
  if (findTaskOffsets(facts) !== undefined) return undefined;
  return facts.btf === 'absent'
    ? NO_TYPES
    : "this kernel's type information lacks members of task_struct";
}

/**
 * Whether a tracepoint can be attached as a raw one, which misses nothing before 7.0. Since 7.0 its program can be
 * preempted, and the kernel misses events on that CPU meanwhile. Its record holds no ids, so that the program must be able
 * to read them from the task.
 */
export function canBeRaw(facts: HostFacts, attachPoint: string, field: string): boolean {
  const reason =
    whyNoField(facts, attachPoint, field) ??
    whyNoTypes(facts) ??
    whyNoOffsets(facts) ??
    whyNoRawTracepoints(facts);
  return reason === undefined && !isPreemptible(facts);
}

/** Since 7.0 a task can be preempted within the program of a raw tracepoint, and within a map call of bpf(). */
export function isPreemptible({ kernel }: HostFacts): boolean {
  return isAtLeast(kernel, 7, 0);
}

/**
 * 0.17 and before abort on a raw tracepoint; 0.24 to 0.26 look for it among the traceable functions, which may be
 * unreadable.
 */
export function whyNoRawTracepoints({ bpftrace }: HostFacts): Reason {
  const can = isAtLeast(bpftrace, 0, 27) || (bpftrace.major === 0 && bpftrace.minor === 23);
  return can
    ? undefined
    : `bpftrace ${bpftrace.version} has no raw tracepoints that it attaches everywhere`;
}

/**
 * Why a family of attach types can attach to none of some functions.
 *
 * @param names - Names of one function in different kernels; one of them is enough.
 */
export function whyNoFunction(
  facts: HostFacts,
  family: FunctionFamily,
  names: readonly string[],
): Reason {
  if (facts.tracepoints.size === 0) return 'tracefs cannot be read, which bpftrace wants for it';
  const whole = family === 'fentry' ? whyNoFentry(facts) : whyNoKprobes(facts);
  if (whole !== undefined) return whole;
  if (findFunction(facts, family, names) !== undefined) return undefined;
  const all = names.join(' or ');
  const there = names.filter((name) => facts.functions.has(name));
  if (there.length === 0) return `this kernel has no function ${all}`;
  return there.some((name) => facts.functions.get(name)?.listed === false)
    ? `this kernel does not let ${there.join(' or ')} be traced`
    : `this kernel's type information lacks ${there.join(' and ')}`;
}

/** The first of some functions that a family of attach types can attach to here. */
export function findFunction(
  facts: HostFacts,
  family: FunctionFamily,
  names: readonly string[],
): string | undefined {
  return names.find((name) => {
    const known = facts.functions.get(name);
    return known !== undefined && known.listed !== false && (family === 'kprobe' || known.typed);
  });
}

function whyNoKprobes(facts: HostFacts): Reason {
  const missing = whyNoOptions(facts, ['KPROBES', 'KPROBE_EVENTS', 'BPF_EVENTS']);
  if (missing !== undefined) return missing;
  if (facts.kprobes === 'absent') return 'this kernel offers no kprobes';
  if (facts.kprobes === 'disabled') {
    return 'kprobes are switched off (/sys/kernel/debug/kprobes/enabled): they attach and never fire';
  }
  return whyNoFtrace(facts);
}

function whyNoFentry(facts: HostFacts): Reason {
  const types = whyNoTypes(facts);
  if (types !== undefined) return types;
  if (!isAtLeast(facts.bpftrace, 0, 12)) {
    return `bpftrace ${facts.bpftrace.version} has no fentry that works`;
  }
  const missing = whyNoOptions(facts, [
    'FUNCTION_TRACER',
    'DYNAMIC_FTRACE_WITH_DIRECT_CALLS',
    'BPF_EVENTS',
    'BPF_JIT',
  ]);
  if (missing !== undefined) return missing;
  // Where the options are known they decide: RHEL 8 has fentry in its 4.18.
  if (facts.config.source === undefined && !isAtLeast(facts.kernel, 5, 5)) {
    return `fentry needs Linux 5.5, this is ${facts.kernel.release}`;
  }
  if (facts.lockdown.state === 'integrity' && hidesFunctions(facts)) {
    return 'this kernel is locked down (integrity) and lets nobody read which functions can be traced';
  }
  return whyNoFtrace(facts);
}

function whyNoFtrace(facts: HostFacts): Reason {
  return facts.ftrace === 'disabled'
    ? 'kernel.ftrace_enabled is 0: what is attached to a function never fires'
    : undefined;
}

function hidesFunctions(facts: HostFacts): boolean {
  const known = [...facts.functions.values()];
  const isAsked = facts.privilege === 'root' || isByLauncher(facts.privilege);
  return isAsked && known.every(({ listed }) => listed === undefined);
}

/** Where the kernel's options cannot be read, none is taken for missing. */
function whyNoOptions({ config }: HostFacts, options: readonly string[]): Reason {
  if (config.source === undefined) return undefined;
  const missing = options.find((option) => {
    const names = [option, ...(FORMER_NAMES[option] ?? [])];
    return names.every((name) => config.options.get(name) !== 'y');
  });
  return missing === undefined ? undefined : `this kernel was built without CONFIG_${missing}`;
}

/** What options were called before, or what stood for them before they were split off. */
const FORMER_NAMES: Readonly<Record<string, readonly string[]>> = {
  // 4.11 renamed KPROBE_EVENT to KPROBE_EVENTS.
  KPROBE_EVENTS: ['KPROBE_EVENT'],
  // BPF_SYSCALL stood for both before 3.19.
  BPF: ['BPF_SYSCALL'],
};

/** `tracepoint:sched:sched_process_exit` → `sched:sched_process_exit`. */
export function tracepointName(attachPoint: string): string {
  return attachPoint.slice(attachPoint.indexOf(':') + 1);
}
