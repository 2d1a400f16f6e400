import { GoneCgroups } from './gone-cgroups.ts';
import type { Session } from './session.ts';
import type { Snapshot, Window } from './snapshot.ts';
import { openWindow } from './window.ts';

/** bpftrace prints at least this often, whatever the interval; see `SupervisorOptions`. */
const LONGEST_PERIOD_MS = 1_000;

/** The longest time from one dump to the next of which an interval is a multiple. */
export function periodOf(intervalMs: number): number {
  return intervalMs / Math.ceil(intervalMs / LONGEST_PERIOD_MS);
}

/**
 * Windows without a hole: the snapshot that closes one opens the next. Each has its diagnosis. An interval that was late is
 * longer, and the next one ends where it would have without that.
 *
 * Nothing grows with their number, as long as the session's period is that of `periodOf`: what is known of a cgroup is
 * forgotten when it is gone.
 *
 * @param interrupt - Ends the stream. The window that is open then is not part of it.
 * @throws The reason of `interrupt` where that came before the first window was open; what else ended the session.
 */
export async function* watchIntervals(
  session: Session,
  intervalMs: number,
  interrupt: AbortSignal,
): AsyncGenerator<Window, void, undefined> {
  let open = await openWindow(session, interrupt);
  const abort = () => session.abort(interrupt.reason);
  interrupt.addEventListener('abort', abort);
  if (interrupt.aborted) abort();
  try {
    const beganNs = open.totals.kernelNs;
    const intervalNs = intervalMs * 1e6;
    const gone = new GoneCgroups(session);
    for (;;) {
      const ended = Math.round((open.totals.kernelNs - beganNs) / intervalNs);
      const close = await turnAt(session, beganNs + (ended + 1) * intervalNs, intervalMs);
      const kept = gone.forget({ open, close });
      yield { open, close: kept };
      open = kept;
    }
  } catch (error) {
    if (!interrupt.aborted) throw error;
  } finally {
    interrupt.removeEventListener('abort', abort);
  }
}

/** Close a window with the dump that is nearest to a time of the kernel's clock, and open the next one. */
async function turnAt(session: Session, dueNs: number, intervalMs: number): Promise<Snapshot> {
  const lastNs = dueNs - 1.5 * periodOf(intervalMs) * 1e6;
  while (session.latest.totals.kernelNs < lastNs) await session.next();
  return await session.turnWindow();
}
