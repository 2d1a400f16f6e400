/** One thing that is watched in the kernel. */
export type TaskEvent = 'create' | 'exec' | 'exit' | 'release' | 'error';

/** How a event is attached. */
export type AttachType =
  | 'tracepoint'
  | 'rawtracepoint'
  | 'fentry'
  | 'fexit'
  | 'kprobe'
  | 'kretprobe';

/** Ways to event a kernel function. `fentry` stands for fexit too, `kprobe` for kretprobe. */
export type FunctionFamily = 'fentry' | 'kprobe';

/** Attachments that a machine has or lacks together. */
export type Family = 'tracepoint' | 'rawtracepoint' | FunctionFamily;

/** What is attached where, and what of it can be trusted. */
export interface Plan {
  readonly events: readonly EventPlan[];
  /** How counts are kept apart by task and cgroup; `null` where only totals are asked for, or can be had. */
  readonly keying: Keying | null;
  /** `per-cpu`: each CPU counts in a map of its own; `central`: all in one, under keys that end with the CPU. */
  readonly tables: 'per-cpu' | 'central';
  /** Where two CPUs count under a new key at the same time, this bpftrace loses what one of them counted. */
  readonly losesNewKeys: boolean;
  /** bpftrace is to run with real-time priority. */
  readonly isRealTime: boolean;
  /** How this machine's bpftrace spells fentry and fexit. */
  readonly fentryWords: FentryWords;
  /** What was asked for by name and cannot be had, and what is done instead. */
  readonly warnings: readonly string[];
  /** What this machine or its bpftrace cannot do, although no event suffers from it here. */
  readonly notes: readonly string[];
}

export interface FentryWords {
  readonly fentry: 'fentry' | 'kfunc';
  readonly fexit: 'fexit' | 'kretfunc';
}

/** What a keyed count is kept under, so that it can be attributed after the task is gone. */
export type Keying = TypeKeying | IdKeying;

/** The kernel's type information lets the program read the task itself: short-lived tasks share keys. */
export interface TypeKeying extends CommonKeying {
  readonly by: 'types';
  /** Bytes from the start of `struct task_struct` to `comm`. */
  readonly commOffset: number;
  /** The member of `struct task_struct` that holds its start, on the clock of `nsecs`. */
  readonly startMember: 'start_boottime' | 'start_time';
}

/** Without type information: every process has keys of its own, and its comm and parent stand in maps beside them. */
export interface IdKeying extends CommonKeying {
  readonly by: 'ids';
  /** What a release event knows of a dead task: its thread id, or the address of its `struct task_struct`. */
  readonly remembersBy: 'tid' | 'curtask';
}

interface CommonKeying {
  /** Ending tasks are remembered, because the release event cannot read them. */
  readonly remembersEnding: boolean;
  /** File in `probes/`, without `.bt`, that tells which cgroups are made and removed; `null` where nothing does. */
  readonly cgroupEvents: string | null;
}

/** One event's part of a plan: attached, or absent with the reason. */
export type EventPlan = AttachedEvent | AbsentEvent;

export interface AttachedEvent {
  readonly event: TaskEvent;
  readonly attachType: AttachType;
  readonly family: Family;
  /** File in `probes/`, without `.bt`. */
  readonly probe: string;
  /** As the file names them, in its order. */
  readonly attachPoints: readonly string[];
  /** The maps that the probe fills, without `@`. */
  readonly maps: readonly string[];
  readonly quality: 'exact' | 'approximate';
  readonly reason: string;
  /** What would have come first, and why it was not taken. */
  readonly refused: readonly Rejection[];
}

export interface AbsentEvent {
  readonly event: TaskEvent;
  readonly attachType: null;
  readonly quality: 'absent';
  readonly reason: string;
  readonly refused: readonly Rejection[];
}

export interface Rejection {
  readonly probe: string;
  readonly reason: string;
}

export function isAttached(event: EventPlan): event is AttachedEvent {
  return event.attachType !== null;
}
