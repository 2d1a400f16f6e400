/** One thing that is watched in the kernel. */
export type Hook = 'create' | 'exec' | 'exit' | 'release' | 'error';

/** How a hook is attached. */
export type Attachment = 'tracepoint';

/** What is attached where, and what of it can be trusted. */
export interface Plan {
  readonly hooks: readonly HookPlan[];
  /** What this machine or its bpftrace cannot do, although no hook suffers from it here. */
  readonly notes: readonly string[];
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
