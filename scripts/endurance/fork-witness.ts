import { readFileSync } from 'node:fs';

/** The kernel's number of forks at the moment at which the dump of a second is cut. */
export interface Seen {
  readonly low: number;
  readonly high: number;
}

/** A dump is cut by the first tick of 10 ms in its second. */
const BEFORE_MS = 4;
const AFTER_MS = 25;

/** Later than this, somebody kept us from running, and may have kept the plugin too. */
const LATE_MS = 250;

/** Reads `/proc/stat` just before and just after each second begins, by a way of its own. */
export class ForkWitness {
  /** By the second that begins; none where we came too late to look before. */
  readonly seen = new Map<number, Seen>();
  /** Seconds in which we did not run in time. */
  readonly late = new Set<number>();
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#waitForNext();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #waitForNext(): void {
    const second = Math.floor(Date.now() / 1_000 + BEFORE_MS / 1_000) + 1;
    this.#timer = setTimeout(() => this.#look(second), second * 1_000 - BEFORE_MS - Date.now());
  }

  #look(second: number): void {
    const low = readForks();
    const lateMs = Date.now() - second * 1_000;
    if (lateMs > LATE_MS) this.late.add(second);
    this.#timer = setTimeout(() => {
      // A reading that ended after the second began is no lower bound.
      if (lateMs < 0) this.seen.set(second, { low, high: readForks() });
      this.#waitForNext();
    }, AFTER_MS + BEFORE_MS);
  }
}

function readForks(): number {
  return Number(/^processes (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1]);
}
