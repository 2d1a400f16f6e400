import { type AttachedEvent, isAttached, type Plan, type TaskEvent } from '../plan/plan.ts';
import { refuseCreation, runTrue } from './self-test-event.ts';
import type { Sample } from './supervisor.ts';
import { SELF_TEST_PAUSE_MS } from './timeouts.ts';

/** What came of proving that the events of a plan count. */
export interface Proof {
  /** Hooks that are attached and did not count an event of ours. */
  readonly silent: readonly TaskEvent[];
  /** Why an event of ours could not be made, so that a event is taken at its word; `undefined` where all were. */
  readonly unproven: string | undefined;
}

/** Makes the events that prove events. Tests give their own. */
export interface SelfTestEvents {
  runTrue(): Promise<void>;
  /** @returns Why no creation was refused; `undefined` where one was. */
  refuseCreation(): Promise<string | undefined>;
}

const SELF_TEST_EVENTS: SelfTestEvents = {
  runTrue,
  refuseCreation: () => refuseCreation(process.geteuid?.() === 0),
};

/**
 * Prove that what is attached counts, by events of our own: bpftrace before 0.24 says that it has attached before it
 * has, and a event can be attached and never fire. Hooks attach one after another, so the events are made again until
 * each has counted one.
 *
 * @param nextSample - Gives the next dump.
 * @param timeoutMs - See `Limits`.
 */
export async function runSelfTest(
  plan: Plan,
  nextSample: () => Promise<Sample>,
  timeoutMs: number,
  selfTestEvents: SelfTestEvents = SELF_TEST_EVENTS,
): Promise<Proof> {
  let sample = await nextSample();
  let silent = plan.events.filter(isAttached);
  let unproven: string | undefined;
  let nextEventMs = 0;
  let deadlineMs = Number.POSITIVE_INFINITY;
  while (silent.length > 0 && performance.now() < deadlineMs) {
    if (performance.now() >= nextEventMs) {
      if (silent.some(({ event }) => event !== 'error')) await selfTestEvents.runTrue();
      if (silent.some(({ event }) => event === 'error'))
        unproven = await selfTestEvents.refuseCreation();
      const madeAtMs = performance.now();
      nextEventMs = madeAtMs + SELF_TEST_PAUSE_MS;
      // From the end of the first: to run a program takes seconds on a machine that has no time for it.
      deadlineMs = Math.min(deadlineMs, madeAtMs + timeoutMs);
    }
    sample = await nextSample();
    silent = silent.filter(
      (event) => !hasCounted(event, sample) && !(event.event === 'error' && unproven !== undefined),
    );
  }
  return {
    silent: silent.map(({ event }) => event),
    unproven:
      unproven === undefined
        ? undefined
        : `that refused creations are counted could not be tried: ${unproven}`,
  };
}

/** The first map of a probe is the one that our events must be in: other maps may count by another event's silence. */
function hasCounted({ maps, attachPoints }: AttachedEvent, { dump, misses }: Sample): boolean {
  const map = maps[0] ?? '';
  const counted = (dump.scalars.get(map) ?? 0) > 0 || (dump.keyed.get(map)?.size ?? 0) > 0;
  return counted || attachPoints.some((point) => (misses?.get(point) ?? 0) > 0);
}
