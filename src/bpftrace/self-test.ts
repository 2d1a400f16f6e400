import { UserError } from '../errors.ts';
import { type AttachedEvent, isAttached, type Plan, type TaskEvent } from '../plan/plan.ts';
import type { Sample } from './sample.ts';
import { causeFailedFork, runTrue } from './self-test-event.ts';
import { SELF_TEST_PAUSE_MS } from './timeouts.ts';

/** The result of a self-test. */
export interface SelfTestResult {
  /** Events that are attached, and that did not count the self-test's own. */
  readonly silent: readonly TaskEvent[];
  /** One sentence about what could not be tested, and is taken to count; `undefined` where everything was tested. */
  readonly untested: string | undefined;
}

/** Makes the events of a self-test. Tests give their own. */
export interface SelfTestEvents {
  /** @returns Why no process could be made; `undefined` where one was. */
  runTrue(): Promise<string | undefined>;
  /** @returns Why no fork failed; `undefined` where one did. */
  causeFailedFork(): Promise<string | undefined>;
}

export const SELF_TEST_EVENTS: SelfTestEvents = {
  runTrue,
  causeFailedFork: () => causeFailedFork(process.geteuid?.() === 0),
};

/**
 * Test with events of our own that every attached event counts. bpftrace's word is not enough: before 0.24 it says that it
 * has attached before it has, and a probe can be attached and never fire. bpftrace attaches one probe after another, so that
 * the events are made again until each probe has counted one.
 *
 * @param nextSample - Gives the next sample; what it rejects with ends the test.
 * @param timeoutMs - See `Limits`.
 * @throws UserError `TRACER_ENDED` where the events could not be made, so that nothing is known of the probes.
 */
export async function runSelfTest(
  plan: Plan,
  nextSample: () => Promise<Sample>,
  timeoutMs: number,
  selfTestEvents: SelfTestEvents,
): Promise<SelfTestResult> {
  let sample = await nextSample();
  let silent = plan.events.filter(isAttached);
  let noProcess: string | undefined;
  let noFailedFork: string | undefined;
  let nextEventMs = 0;
  let deadlineMs = Number.POSITIVE_INFINITY;
  while (silent.length > 0 && performance.now() < deadlineMs) {
    if (performance.now() >= nextEventMs) {
      if (silent.some(({ event }) => event !== 'error')) noProcess = await selfTestEvents.runTrue();
      if (silent.some(({ event }) => event === 'error'))
        noFailedFork = await selfTestEvents.causeFailedFork();
      const madeAtMs = performance.now();
      nextEventMs = madeAtMs + SELF_TEST_PAUSE_MS;
      // Counted from the end of the first events: on a busy machine it takes seconds to run a program.
      deadlineMs = Math.min(deadlineMs, madeAtMs + timeoutMs);
    }
    sample = await nextSample();
    silent = silent.filter(
      (event) =>
        !hasCounted(event, sample) && !(event.event === 'error' && noFailedFork !== undefined),
    );
  }
  if (silent.length > 0 && noProcess !== undefined) throw cannotTest(noProcess);
  return {
    silent: silent.map(({ event }) => event),
    untested:
      noFailedFork === undefined
        ? undefined
        : `whether failed forks are counted could not be tested: ${noFailedFork}`,
  };
}

/**
 * Whether an event counted ours, or the kernel says that it missed some. Ours must be in the first map: a probe that tells
 * processes from threads wrongly would count in its other map.
 */
function hasCounted({ maps, attachPoints }: AttachedEvent, { dump, misses }: Sample): boolean {
  const map = maps[0] ?? '';
  const counted = (dump.scalars.get(map) ?? 0) > 0 || (dump.keyed.get(map)?.size ?? 0) > 0;
  return counted || attachPoints.some((point) => (misses?.get(point) ?? 0) > 0);
}

function cannotTest(why: string): UserError {
  return new UserError('TRACER_ENDED', `no process can be started for the self-test: ${why}`, {
    hint: 'try again; see which limit is reached: ulimit -u, and pids.max of the cgroups in /proc/self/cgroup',
  });
}
