import { type Balance, buildBalance } from '../counters/balance.ts';
import { UserError } from '../errors.ts';
import type { Session } from './session.ts';
import type { Snapshot } from './snapshot.ts';

/** Longest wait, after the end of a command, until its tasks are released or zombies. */
const LONGEST_WAIT_NS = 2e9;

/** After an interrupt the next dump closes the window; if none comes within this time, the last one does. */
const GIVE_UP_MS = 500;

/** Longest wait for the dump that opens or closes a window; no bpftrace is running that prints one. */
const PATIENCE_MS = 60_000;

/**
 * Open the window with the next dump.
 *
 * @throws The reason of `interrupt`, where that comes first; UserError where no dump comes.
 */
export async function openWindow(
  session: Session,
  interrupt: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<Snapshot> {
  interrupt.throwIfAborted();
  return await withEnd(interrupt, patienceMs, (end) => {
    end.addEventListener('abort', () =>
      session.abort(interrupt.aborted ? interrupt.reason : cannotOpen()),
    );
    return session.openWindow();
  });
}

function cannotOpen(): UserError {
  return new UserError('TRACER_SILENT', 'bpftrace started, and has printed no dump since', {
    hint: 'try again; see whether something kills it: dmesg | tail',
  });
}

/**
 * Close the window at a time of the kernel's clock.
 *
 * @param interrupt - Closes it with the next dump.
 * @param onSnapshot - Called with every snapshot on the way.
 * @param opensNext - The snapshot that closes the window also opens the next one.
 */
export function closeWindowAt(
  session: Session,
  untilNs: number,
  periodMs: number,
  interrupt: AbortSignal,
  onSnapshot: (snapshot: Snapshot) => void,
  patienceMs = PATIENCE_MS,
  opensNext = false,
): Promise<Snapshot> {
  // The dump nearest to the time closes the window. It is the next one when the last is 0.5 to 1.5 periods before the time.
  const lastNs = untilNs - 1.5 * periodMs * 1e6;
  const untilMs = (untilNs - session.latest.totals.kernelNs) / 1e6;
  return untilGivenUp(session, interrupt, untilMs + patienceMs, async (end) => {
    while (session.latest.totals.kernelNs < lastNs && !end.aborted) {
      onSnapshot(await session.next());
    }
    return await (opensNext ? session.turnWindow() : session.closeWindow());
  });
}

/**
 * Close the window after a command: with the first dump after its end in which all tasks that ended are released or zombies.
 *
 * @param endedNs - When it ended, on the kernel's clock.
 * @param interrupt - Closes it with the next dump.
 */
export function closeWindowAfter(
  session: Session,
  open: Snapshot,
  endedNs: number,
  interrupt: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<Snapshot> {
  return untilGivenUp(session, interrupt, patienceMs, async (end) => {
    let before: (Balance & { readonly waiting: number }) | undefined;
    for (;;) {
      const close = await session.closeWindow();
      if (end.aborted) return close;
      const { kernelNs } = close.totals;
      if (kernelNs < endedNs) continue;
      const balance = buildBalance(open.totals, close.totals);
      const { difference, zombies } = balance;
      const { waiting } = session;
      // A task that waits may be about to be released: one that waits in two dumps is what it is.
      const isOver = (difference === 0 || difference === null) && waiting === 0;
      const isSettled =
        before?.difference === difference &&
        before?.zombies === zombies &&
        (difference !== null || before?.waiting === waiting);
      if (isOver || isSettled || kernelNs - endedNs >= LONGEST_WAIT_NS) return close;
      before = { ...balance, waiting };
    }
  });
}

/** After an interrupt or `patienceMs`, close the window with the latest snapshot where no dump comes. */
async function untilGivenUp(
  session: Session,
  interrupt: AbortSignal,
  patienceMs: number,
  close: (end: AbortSignal) => Promise<Snapshot>,
): Promise<Snapshot> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await withEnd(interrupt, patienceMs, (end) => {
      end.addEventListener('abort', () => {
        // Repeated, because `close` may wait for one more snapshot after this one.
        timer = setInterval(() => session.closeNow(), GIVE_UP_MS);
      });
      return close(end);
    });
  } finally {
    clearInterval(timer);
  }
}

/**
 * Do something with a signal that is aborted by an interrupt or after a time.
 *
 * Not with `AbortSignal.any` and `AbortSignal.timeout`: Node 20 garbage-collects the timeout, which then never fires.
 */
async function withEnd<Result>(
  interrupt: AbortSignal,
  patienceMs: number,
  action: (end: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const end = () => controller.abort();
  const timer = setTimeout(end, patienceMs);
  interrupt.addEventListener('abort', end);
  try {
    const result = action(controller.signal);
    if (interrupt.aborted) end();
    return await result;
  } finally {
    clearTimeout(timer);
    interrupt.removeEventListener('abort', end);
  }
}
