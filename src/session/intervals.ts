import { isSameCounters } from '../counters/counters.ts';
import type { CgroupState } from '../scopes/state.ts';
import type { Session } from './session.ts';
import type { Snapshot, Window } from './snapshot.ts';
import { openWindow } from './window.ts';

/** bpftrace prints at least this often, whatever the interval; see `SupervisorOptions`. */
const LONGEST_PERIOD_MS = 1_000;

/** How often to look for cgroups that are gone without a word of the kernel's. */
const WALK_EVERY_MS = 10_000;

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
    let walkedAtMs = performance.now();
    for (;;) {
      const ended = Math.round((open.totals.kernelNs - beganNs) / intervalNs);
      const close = await turnAt(session, beganNs + (ended + 1) * intervalNs, intervalMs);
      if (performance.now() - walkedAtMs >= WALK_EVERY_MS) {
        walkedAtMs = performance.now();
        session.scopes?.walkCgroups(walkedAtMs);
      }
      const kept = forgetGone(session, { open, close });
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

/**
 * Forget the cgroups that are gone and had no event in a window: should one come back, it counts from zero.
 *
 * @returns The snapshot that closes the window, without them.
 */
function forgetGone(session: Session, { open, close }: Window): Snapshot {
  if (close.scopes === null || open.scopes === null) return close;
  const before = new Map(open.scopes.cgroups.map((cgroup) => [cgroup.key, cgroup]));
  const isOver = ({ key, isLive, counters }: CgroupState) => {
    const known = before.get(key);
    return !isLive && known !== undefined && isSameCounters(counters, known.counters);
  };
  const gone = close.scopes.cgroups.filter(isOver);
  if (gone.length === 0) return close;
  for (const { key } of gone) session.scopes?.forgetCgroup(key);
  const cgroups = close.scopes.cgroups.filter((cgroup) => !gone.includes(cgroup));
  return { ...close, scopes: { ...close.scopes, cgroups } };
}
