import type { AttachedEvent, Plan } from '../../plan/plan.ts';

/** A part of a program, and where it runs. */
export interface Block {
  /** As the plan names them; bpftrace makes a BPF program for each. */
  readonly attachPoints: readonly string[];
  readonly body: readonly string[];
}

/** Writes the blocks of one way to count an event. */
export interface Emitter {
  /** How it is counted: a comment in the program, one line each. */
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
