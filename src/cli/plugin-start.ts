import { setTimeout as delay } from 'node:timers/promises';
import { isTold, Restarts } from '../bpftrace/restarts.ts';
import { mayPass } from '../errors.ts';

/** Waits before the second start, the third, and so on; the last one is repeated without end. */
export const DELAYS_MS: readonly number[] = [1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 60_000];

/**
 * Try to start until that succeeds, without end and at growing distances: a storm of forks, in which no process can be
 * started, is what we are there for. Of failures in a row the 1st, 2nd, 4th, 8th … are told.
 *
 * @param signal - Ends the waits.
 * @throws What `start` throws, where it will not pass; the reason of `signal`.
 */
export async function untilStarted<Value>(
  start: () => Promise<Value>,
  tell: (sentence: string) => void,
  signal: AbortSignal,
  delaysMs = DELAYS_MS,
): Promise<Value> {
  const failures = new Restarts(delaysMs);
  for (;;) {
    try {
      return await start();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Error) || !mayPass(error)) throw error;
      const waitMs = failures.add(error.message, 0);
      const { latest, total } = failures;
      if (latest !== undefined && isTold(latest)) {
        const times = total === 1 ? 'once' : `${total} times`;
        tell(
          `${describeForLog(error)}; the start has failed ${times}, and is tried again at growing distances`,
        );
      }
      await delay(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}

/** An error as one line. */
export function describeForLog(error: Error & { readonly hint?: string | undefined }): string {
  return error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
}
