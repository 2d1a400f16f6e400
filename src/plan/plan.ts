import type { HostFacts } from '../host/facts.ts';
import type { TaskOffsets } from './task-offsets.ts';

/** One kind of thing that happens to a task. */
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

/** Attach types that a machine has or lacks together. */
export type Family = 'tracepoint' | 'rawtracepoint' | FunctionFamily;

/** For each event how it is counted, what the count is worth, and why. */
export interface Plan {
  readonly events: readonly EventPlan[];
  /** How counts are kept apart by task and cgroup; `null` where only totals are asked for, or can be had. */
  readonly keying: Keying | null;
  /** A command is watched, and its events are counted apart. */
  readonly hasCommand: boolean;
  /** Keys tell whether a task is of one user, who is named when the program is started. */
  readonly tellsUser: boolean;
  /** Where members of a task lie; `null` where the kernel has no type information, or some of them are not in it. */
  readonly task: TaskOffsets | null;
  /** Where programs find fields of tracepoints, by `category:name.field`; empty where they name them. */
  readonly fieldPlaces: HostFacts['fieldPlaces'];
  /** `per-cpu`: each CPU counts in a map of its own; `central`: all in one, under keys that end with the CPU. */
  readonly tables: 'per-cpu' | 'central';
  /** Keys end with the CPU, because this bpftrace loses a count where two CPUs count under one new key at the same time. */
  readonly losesNewKeys: boolean;
  /** Settings of bpftrace that the program holds because they reach it in no other way, by name. */
  readonly config: Readonly<Record<string, number>>;
  /** bpftrace is to run with real-time priority. */
  readonly isRealTime: boolean;
  /** How this machine's bpftrace spells fentry and fexit. */
  readonly fentryWords: FentryWords;
  /** One sentence for each setting that names what cannot be had: why, and what is done instead. */
  readonly warnings: readonly string[];
  /** Sentences about this machine and its bpftrace that change no event's quality. */
  readonly notes: readonly string[];
}

export interface FentryWords {
  readonly fentry: 'fentry' | 'kfunc';
  readonly fexit: 'fexit' | 'kretfunc';
}

/** What a report tells of a plan: another machine, or another day, needs no more. */
export type ToldPlan = Pick<Plan, 'events' | 'warnings' | 'notes'> & {
  readonly keying: Pick<Keying, 'by'> | null;
};

/** How keys are made: a key must say whose the count is after the task is gone. */
export type Keying = TypeKeying | IdKeying;

/** The kernel's type information lets the program read the task itself: short-lived tasks share keys. */
export interface TypeKeying extends CommonKeying {
  readonly by: 'types';
  readonly task: TaskOffsets;
  /** bpftrace's builtins `pid` and `tid` are the kernel's own ids; they cost less than reading the task. */
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
  /** `while` works in this bpftrace; otherwise the loop is unrolled. */
  readonly canLoop: boolean;
}

/** How one event is counted: attached, computed from the kernel's own numbers, or absent with the reason. */
export type EventPlan = AttachedEvent | ComputedEvent | AbsentEvent;

export interface AttachedEvent {
  readonly event: TaskEvent;
  readonly attachType: AttachType;
  readonly family: Family;
  /** Name of the candidate that was taken; the emitter of the same name in `program/events/` writes its program. */
  readonly candidate: string;
  /** In the order of the program. */
  readonly attachPoints: readonly string[];
  /** The maps that the probe fills, without `@`. */
  readonly maps: readonly string[];
  readonly quality: 'exact' | 'approximate';
  readonly reason: string;
  /** The candidates before the one that was taken. */
  readonly rejected: readonly Rejection[];
}

/** Nothing is attached: the count is computed from numbers that the kernel keeps itself. */
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

/** A candidate that was not taken, by its name. */
export interface Rejection {
  readonly candidate: string;
  readonly reason: string;
}

export function isAttached(event: EventPlan): event is AttachedEvent {
  return event.attachType !== null;
}
