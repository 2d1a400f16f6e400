import { isAttached, type ToldPlan } from '../plan/plan.ts';
import { LIFETIME_BOUNDS_NS } from '../program/key/layout.ts';
import { readExitCode } from './exit-code.ts';

/** Exits with a status that is not 0 or by a signal. */
export function buildFailedExits(
  failures: readonly { readonly exitCode: number; readonly count: number }[],
) {
  return failures.map(({ exitCode, count }) => ({ ...readExitCode(exitCode), count }));
}

/** How long processes had lived that exited, by class. */
export function buildLifetimes(lifetimes: readonly number[]) {
  return lifetimes.map((processes, i) => {
    const bound = LIFETIME_BOUNDS_NS[i];
    return { under_seconds: bound === undefined ? null : bound / 1e9, processes };
  });
}

/** The program can read when a task started and how it ends, and counts the end of a process, not that of its first thread. */
export function seesEndings(plan: ToldPlan): boolean {
  if (plan.keying?.by !== 'types') return false;
  return plan.events.some((event) => isAttached(event) && event.maps.includes('process_exited'));
}
