import { GoneCgroups } from './gone-cgroups.ts';
import type { Session } from './session.ts';
import type { Snapshot } from './snapshot.ts';
import { closeWindowAfter, closeWindowAt, openWindow } from './window.ts';

export interface PartsOptions {
  /** Length of a part. */
  readonly partMs: number;
  /** From one dump to the next, as the session has it. */
  readonly periodMs: number;
  /** How long to watch where there is no command. */
  readonly durationSeconds: number;
  /** Starts the command when the window is open; resolves when it has ended. */
  readonly runCommand: (() => Promise<void>) | undefined;
  /** Closes the window early. */
  readonly interrupt: AbortSignal;
}

/**
 * Watch one window in parts without a hole: the snapshot that closes one opens the next. The session's diagnoses must be those
 * of parts; see `JoinedWindow`, which puts them together.
 *
 * @param onSnapshot - Called with the snapshot that opens the window, then with each that closes a part; awaited.
 * @throws The reason of the interrupt where that came before the window was open.
 */
export async function watchParts(
  session: Session,
  options: PartsOptions,
  onSnapshot: (snapshot: Snapshot) => Promise<void>,
): Promise<void> {
  const open = await openWindow(session, options.interrupt);
  await onSnapshot(open);
  const stop = new AbortController();
  options.interrupt.addEventListener('abort', () => stop.abort());
  const command = options.runCommand?.().finally(() => stop.abort());
  // Awaited below; until then its failure is nobody's.
  command?.catch(() => undefined);
  const gone = new GoneCgroups(session);
  let before = open;
  const take = async (close: Snapshot) => {
    // After an interrupt there may be no dump that is newer than the last one.
    if (close.totals.kernelNs <= before.totals.kernelNs) return;
    const kept = gone.forget({ open: before, close });
    before = kept;
    await onSnapshot(kept);
  };
  const beganNs = open.totals.kernelNs;
  const endNs = command === undefined ? beganNs + options.durationSeconds * 1e9 : Infinity;
  while (!stop.signal.aborted) {
    const parts = Math.round((before.totals.kernelNs - beganNs) / (options.partMs * 1e6));
    const dueNs = Math.min(endNs, beganNs + (parts + 1) * options.partMs * 1e6);
    const close = await closeAt(session, dueNs, options.periodMs, stop.signal, dueNs < endNs);
    await take(close);
    if (dueNs >= endNs) return;
  }
  if (command === undefined) return;
  await command;
  await take(await closeWindowAfter(session, open, session.clock.nowNs(), options.interrupt));
}

function closeAt(
  session: Session,
  dueNs: number,
  periodMs: number,
  stop: AbortSignal,
  opensNext: boolean,
): Promise<Snapshot> {
  return closeWindowAt(session, dueNs, periodMs, stop, () => undefined, undefined, opensNext);
}
