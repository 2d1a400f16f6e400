import { Supervisor } from '../../src/bpftrace/supervisor.ts';
import { readKernelClock } from '../../src/host/kernel-clock.ts';
import type { Compiled } from '../../src/session/compile.ts';

/** A bpftrace whose dumps nobody looks at. */
export interface BareTracer {
  /** From its start to the end of its first dump. */
  readonly firstDumpMs: number;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Start bpftrace and wait for its first dump. If we die, its next print ends it.
 *
 * @throws UserError where it does not come to a dump.
 */
export async function startBareTracer(
  { facts, plan, program, pidTableSize }: Compiled,
  periodMs: number,
): Promise<BareTracer> {
  const startedAtMs = performance.now();
  let onFirstDump: () => void = () => undefined;
  const firstDump = new Promise<void>((resolve) => {
    onFirstDump = resolve;
  });
  const tracer = new Supervisor({
    facts,
    program,
    periodMs,
    clock: readKernelClock(facts),
    mapKeys: plan.keying === null ? undefined : pidTableSize,
    onReading: () => onFirstDump(),
    onNotice: () => undefined,
  });
  const run = tracer.run();
  try {
    // It runs until it is stopped, so that only a failure of it comes first.
    await Promise.race([firstDump, run]);
    return { firstDumpMs: performance.now() - startedAtMs, stop: () => tracer.stop() };
  } catch (error) {
    await tracer.stop();
    throw error;
  }
}
