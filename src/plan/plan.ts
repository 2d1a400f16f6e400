/** One thing that is watched in the kernel. */
export type Hook = 'create' | 'exec' | 'exit' | 'release' | 'error';

/** How a hook is attached. */
export type Attachment = 'tracepoint' | 'rawtracepoint';

/** What is attached where, and what of it can be trusted. */
export interface Plan {
  readonly hooks: readonly HookPlan[];
  /** How counts are kept apart by task and cgroup; `null` where only totals are asked for, or can be had. */
  readonly keying: Keying | null;
  /** What this machine or its bpftrace cannot do, although no hook suffers from it here. */
  readonly notes: readonly string[];
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
}

interface CommonKeying {
  /** Ending tasks are remembered by thread id, because the release hook is given nothing but that. */
  readonly remembersEnding: boolean;
  /** File in `probes/`, without `.bt`, that tells which cgroups are made and removed; `null` where nothing does. */
  readonly cgroupEvents: string | null;
}

/** One hook's part of a plan: attached, or absent with the reason. */
export type HookPlan = AttachedHook | AbsentHook;

export interface AttachedHook {
  readonly hook: Hook;
  readonly attachment: Attachment;
  /** File in `probes/`, without `.bt`. */
  readonly probe: string;
  /** As bpftrace names them, in the order of the file. */
  readonly attachPoints: readonly string[];
  /** The maps that the probe fills, without `@`. */
  readonly maps: readonly string[];
  readonly quality: 'exact' | 'approximate';
  readonly reason: string;
  /** What would have come first, and why it was not taken. */
  readonly refused: readonly Refusal[];
}

export interface AbsentHook {
  readonly hook: Hook;
  readonly attachment: null;
  readonly quality: 'absent';
  readonly reason: string;
  readonly refused: readonly Refusal[];
}

export interface Refusal {
  readonly probe: string;
  readonly reason: string;
}

export function isAttached(hook: HookPlan): hook is AttachedHook {
  return hook.attachment !== null;
}
