import { buildBalance } from '../counters/balance.ts';
import type { Session } from './session.ts';
import type { Snapshot } from './snapshot.ts';

/** A command's tasks that are not released after this time are reported as what they are. */
const LONGEST_WAIT_NS = 2e9;

/** After an interrupt the next dump closes the window; if it does not come within this time, the last one does. */
const GIVE_UP_MS = 500;

/** A window that should have closed this long ago closes as after an interrupt: bpftrace cannot be had any more. */
const PATIENCE_MS = 60_000;

/**
 * Close the window at a time of the kernel's clock.
 *
 * @param interrupt - Closes it with the next dump.
 * @param onSnapshot - Called with every snapshot on the way.
 */
export function closeWindowAt(
  session: Session,
  untilNs: number,
  periodMs: number,
  interrupt: AbortSignal,
  onSnapshot: (snapshot: Snapshot) => void,
  patienceMs = PATIENCE_MS,
): Promise<Snapshot> {
  // Dumps come a few milliseconds early or late: the one that is nearest to the time closes the window.
  const lastNs = untilNs - 1.5 * periodMs * 1e6;
  const untilMs = (untilNs - session.latest.totals.kernelNs) / 1e6;
  const end = endAfter(untilMs + patienceMs, interrupt);
  return untilGivenUp(session, end, async () => {
    while (session.latest.totals.kernelNs < lastNs && !end.aborted) {
      onSnapshot(await session.next());
    }
    return await session.closeWindow();
  });
}

/**
 * Close the window after a command: with the first dump after its end in which each of its tasks is released or a zombie.
 *
 * @param endedNs - When it ended, on the kernel's clock.
 * @param interrupt - Whoever waits has had enough.
 */
export function closeWindowAfter(
  session: Session,
  open: Snapshot,
  endedNs: number,
  interrupt: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<Snapshot> {
  const end = endAfter(patienceMs, interrupt);
  return untilGivenUp(session, end, async () => {
    let before: number | null = null;
    for (;;) {
      const close = await session.closeWindow();
      if (end.aborted) return close;
      const { kernelNs } = close.totals;
      if (kernelNs < endedNs) continue;
      const { difference, zombies } = buildBalance(open.totals, close.totals);
      // A zombie may only be about to be reaped; one that is seen twice waits for its parent.
      const isSettled = difference === 0 && (zombies === 0 || zombies === before);
      if (difference === null || isSettled || kernelNs - endedNs >= LONGEST_WAIT_NS) return close;
      before = zombies;
    }
  });
}

function endAfter(ms: number, interrupt: AbortSignal): AbortSignal {
  return AbortSignal.any([interrupt, AbortSignal.timeout(ms)]);
}

/** After an end, do not wait for a dump that does not come. */
async function untilGivenUp(
  session: Session,
  end: AbortSignal,
  close: () => Promise<Snapshot>,
): Promise<Snapshot> {
  let timer: NodeJS.Timeout | undefined;
  const giveUp = () => {
    // Again and again: whoever waits for the next dump then waits for the one that closes the window.
    timer = setInterval(() => session.closeNow(), GIVE_UP_MS);
  };
  if (end.aborted) giveUp();
  end.addEventListener('abort', giveUp);
  try {
    return await close();
  } finally {
    end.removeEventListener('abort', giveUp);
    clearInterval(timer);
  }
}
