import { type AttachedHook, type Hook, isAttached, type Plan } from '../plan/plan.ts';
import { refuseCreation, runTrue } from './self-test-event.ts';
import type { Reading } from './supervisor.ts';
import { CANARY_PAUSE_MS } from './timeouts.ts';

/** What came of proving that the hooks of a plan count. */
export interface Proof {
  /** Hooks that are attached and did not count an event of ours. */
  readonly silent: readonly Hook[];
  /** Why an event of ours could not be made, so that a hook is taken at its word; `undefined` where all were. */
  readonly unproven: string | undefined;
}

/** Makes the events that prove hooks. Tests give their own. */
export interface Canaries {
  runTrue(): Promise<void>;
  /** @returns Why no creation was refused; `undefined` where one was. */
  refuseCreation(): Promise<string | undefined>;
}

const CANARIES: Canaries = {
  runTrue,
  refuseCreation: () => refuseCreation(process.geteuid?.() === 0),
};

/**
 * Prove that what is attached counts, by events of our own: bpftrace before 0.24 says that it has attached before it
 * has, and a hook can be attached and never fire. Hooks attach one after another, so the events are made again until
 * each has counted one.
 *
 * @param nextReading - Gives the next frame.
 * @param timeoutMs - See `Limits`.
 */
export async function proveHooks(
  plan: Plan,
  nextReading: () => Promise<Reading>,
  timeoutMs: number,
  canaries: Canaries = CANARIES,
): Promise<Proof> {
  let reading = await nextReading();
  let silent = plan.hooks.filter(isAttached);
  let unproven: string | undefined;
  let nextCanaryMs = 0;
  let deadlineMs = Number.POSITIVE_INFINITY;
  while (silent.length > 0 && performance.now() < deadlineMs) {
    if (performance.now() >= nextCanaryMs) {
      if (silent.some(({ hook }) => hook !== 'error')) await canaries.runTrue();
      if (silent.some(({ hook }) => hook === 'error')) unproven = await canaries.refuseCreation();
      const madeAtMs = performance.now();
      nextCanaryMs = madeAtMs + CANARY_PAUSE_MS;
      // From the end of the first: to run a program takes seconds on a machine that has no time for it.
      deadlineMs = Math.min(deadlineMs, madeAtMs + timeoutMs);
    }
    reading = await nextReading();
    silent = silent.filter(
      (hook) => !hasCounted(hook, reading) && !(hook.hook === 'error' && unproven !== undefined),
    );
  }
  return {
    silent: silent.map(({ hook }) => hook),
    unproven:
      unproven === undefined
        ? undefined
        : `that refused creations are counted could not be tried: ${unproven}`,
  };
}

/** The first map of a probe is the one that our events must be in: other maps may count by another hook's silence. */
function hasCounted({ maps, attachPoints }: AttachedHook, { frame, misses }: Reading): boolean {
  const map = maps[0] ?? '';
  const counted = (frame.scalars.get(map) ?? 0) > 0 || (frame.keyed.get(map)?.size ?? 0) > 0;
  return counted || attachPoints.some((point) => (misses?.get(point) ?? 0) > 0);
}
