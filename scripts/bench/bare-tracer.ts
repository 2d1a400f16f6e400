import { Tracer } from '../../src/bpftrace/supervisor.ts';
import { readKernelClock } from '../../src/host/kernel-clock.ts';
import type { Compiled } from '../../src/session/compile.ts';

/** A bpftrace whose frames nobody looks at. */
export interface BareTracer {
  /** From its start to the end of its first frame. */
  readonly firstFrameMs: number;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Start bpftrace and wait for its first frame. If we die, its next print ends it.
 *
 * @throws UserError where it does not come to a frame.
 */
export async function startBareTracer(
  { facts, plan, program, pidTableSize }: Compiled,
  periodMs: number,
): Promise<BareTracer> {
  const startedAtMs = performance.now();
  let onFirstFrame: () => void = () => undefined;
  const firstFrame = new Promise<void>((resolve) => {
    onFirstFrame = resolve;
  });
  const tracer = new Tracer({
    facts,
    program,
    periodMs,
    clock: readKernelClock(facts),
    mapKeys: plan.keying === null ? undefined : pidTableSize,
    onReading: () => onFirstFrame(),
    onNotice: () => undefined,
  });
  const run = tracer.run();
  try {
    // It runs until it is stopped, so that only a failure of it comes first.
    await Promise.race([firstFrame, run]);
    return { firstFrameMs: performance.now() - startedAtMs, stop: () => tracer.stop() };
  } catch (error) {
    await tracer.stop();
    throw error;
  }
}
