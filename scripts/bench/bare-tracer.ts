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
  { facts, settings, plan, program }: Compiled,
  periodMs: number,
): Promise<BareTracer> {
  const startedAtMs = performance.now();
  let firstDumpMs = Number.NaN;
  const supervisor = new Supervisor({
    facts,
    plan,
    program,
    periodMs,
    clock: readKernelClock(facts),
    mapKeys: plan.keying === null ? undefined : settings.pidTableSize,
    onSample: () => {
      if (Number.isNaN(firstDumpMs)) firstDumpMs = performance.now() - startedAtMs;
    },
    onNotice: () => undefined,
  });
  try {
    await supervisor.start(new AbortController().signal);
    return { firstDumpMs, stop: () => supervisor.stop() };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}
