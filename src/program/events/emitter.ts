import type { AttachedEvent, Plan } from '../../plan/plan.ts';

/** Statements, and the attach points at which they run. */
export interface Block {
  /** As the plan spells them; bpftrace loads one BPF program for each. */
  readonly attachPoints: readonly string[];
  readonly body: readonly string[];
}

/** Writes the blocks of one candidate. */
export interface Emitter {
  /** How the candidate counts: lines of the comment above its blocks. */
  readonly about: readonly string[];
  emit(event: AttachedEvent, plan: Plan): Block[];
}

/** One body for all attach points of the event. */
export function atEach(
  about: readonly string[],
  body: (event: AttachedEvent, plan: Plan) => readonly string[],
): Emitter {
  return {
    about,
    emit: (event, plan) => [{ attachPoints: event.attachPoints, body: body(event, plan) }],
  };
}
