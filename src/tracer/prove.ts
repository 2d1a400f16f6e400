import { execa } from 'execa';
import { UserError } from '../errors.ts';
import { CHILD_ENVIRONMENT } from '../host/environment.ts';
import { findExecutable } from '../host/executables.ts';
import { type Hook, isAttached, type Plan } from '../plan/plan.ts';
import { PROOF_TIMEOUT_MS } from './limits.ts';
import type { Reading } from './tracer.ts';

/** What one run of `true` makes happen: it is created, executes, exits and is released. */
const PROVEN_BY_TRUE: readonly Hook[] = ['create', 'exec', 'exit', 'release'];

/**
 * Prove that what is attached counts, by an event of our own: bpftrace before 0.24 says that it has attached before it
 * has, and a hook can be attached and never fire.
 *
 * @param nextReading - Gives the next frame.
 * @returns The first reading in which every hook has counted.
 * @throws UserError `TRACER_SILENT` with the hooks that did not.
 */
export async function proveHooks(
  plan: Plan,
  nextReading: () => Promise<Reading>,
): Promise<Reading> {
  const deadlineMs = performance.now() + PROOF_TIMEOUT_MS;
  await nextReading();
  await execa(findExecutable('true') ?? '/bin/true', {
    env: CHILD_ENVIRONMENT,
    extendEnv: false,
    cwd: '/',
    stdio: 'ignore',
    reject: false,
  });
  for (;;) {
    const reading = await nextReading();
    const silent = silentHooks(plan, reading);
    if (silent.length === 0) return reading;
    if (performance.now() > deadlineMs) {
      throw new UserError(
        'TRACER_SILENT',
        `attached, but not counting an event of our own: ${silent.join(', ')}`,
        { hint: 'see what is attached and why: ebpf-processes plan' },
      );
    }
  }
}

function silentHooks(plan: Plan, reading: Reading): Hook[] {
  return plan.hooks
    .filter(isAttached)
    .filter((attached) => PROVEN_BY_TRUE.includes(attached.hook))
    .filter((attached) => {
      const counted = attached.maps.some((map) => (reading.frame.scalars.get(map) ?? 0) > 0);
      const skipped = attached.attachPoints.some((point) => (reading.misses?.get(point) ?? 0) > 0);
      return !counted && !skipped;
    })
    .map((attached) => attached.hook);
}
