import type { TaskOffsets } from './task-offsets.ts';

/** One thing that is watched in the kernel. */
export type TaskEvent = 'create' | 'exec' | 'exit' | 'release' | 'error';

/** How an event is attached. */
export type AttachType =
  | 'tracepoint'
  | 'rawtracepoint'
  | 'fentry'
  | 'fexit'
  | 'kprobe'
  | 'kretprobe';

/** Ways to attach to a kernel function. `fentry` stands for fexit too, `kprobe` for kretprobe. */
export type FunctionFamily = 'fentry' | 'kprobe';

/** Attachments that a machine has or lacks together. */
export type Family = 'tracepoint' | 'rawtracepoint' | FunctionFamily;

/** What is attached where, and what of it can be trusted. */
export interface Plan {
  readonly events: readonly EventPlan[];
  /** How counts are kept apart by task and cgroup; `null` where only totals are asked for, or can be had. */
  readonly keying: Keying | null;
  /** Where programs find what they want to know of a task; `null` where the kernel does not tell. */
  readonly task: TaskOffsets | null;
  /** `per-cpu`: each CPU counts in a map of its own; `central`: all in one, under keys that end with the CPU. */
  readonly tables: 'per-cpu' | 'central';
  /** Where two CPUs count under a new key at the same time, this bpftrace loses what one of them counted: keys end with the CPU. */
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
  readonly task: TaskOffsets;
  /** bpftrace's own words `pid` and `tid` are the kernel's ids, which costs less than to read them. */
  readonly hasOwnIds: boolean;
}

/** Without type information: every process has keys of its own, and its comm and parent stand in maps beside them. */
export interface IdKeying extends CommonKeying {
  readonly by: 'ids';
}

interface CommonKeying {
  /** How the cgroups that are made and removed are watched; `null` where they are not. */
  readonly cgroupEvents: CgroupEvents | null;
}

/** How a program reads the path of a new cgroup. */
export interface CgroupEvents {
  /**
   * What bpftrace gives for it: a `pointer` to it, one that is too far by three times its place in the record
   * (`far-pointer`), or its `location` in the record.
   */
  readonly path: 'pointer' | 'far-pointer' | 'location';
  /** A loop of this bpftrace counts right. */
  readonly canLoop: boolean;
}

/** One event's part of a plan: attached, computed from the kernel's own numbers, or absent with the reason. */
export type EventPlan = AttachedEvent | ComputedEvent | AbsentEvent;

export interface AttachedEvent {
  readonly event: TaskEvent;
  readonly attachType: AttachType;
  readonly family: Family;
  /** Which way to count the event was taken; an emitter of `program/events/` writes it. */
  readonly probe: string;
  /** In the order of the program. */
  readonly attachPoints: readonly string[];
  /** The maps that the probe fills, without `@`. */
  readonly maps: readonly string[];
  readonly quality: 'exact' | 'approximate';
  readonly reason: string;
  /** What would have come first, and why it was not taken. */
  readonly rejected: readonly Rejection[];
}

/** Nothing is attached: the count follows from numbers that the kernel keeps itself. */
export interface ComputedEvent {
  readonly event: TaskEvent;
  readonly attachType: null;
  readonly quality: 'exact';
  readonly reason: string;
  readonly rejected: readonly Rejection[];
}

export interface AbsentEvent {
  readonly event: TaskEvent;
  readonly attachType: null;
  readonly quality: 'absent';
  readonly reason: string;
  readonly rejected: readonly Rejection[];
}

export interface Rejection {
  /** The `probe` of what was not taken. */
  readonly candidate: string;
  readonly reason: string;
}

export function isAttached(event: EventPlan): event is AttachedEvent {
  return event.attachType !== null;
}
