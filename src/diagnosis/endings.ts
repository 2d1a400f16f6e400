import { readEnding } from '../program/key/layout.ts';
import type { TaskKey } from '../program/key/parse.ts';

/** Processes that ended otherwise than with status 0, since the start. */
export interface EndingCounts {
  /** By a signal with which the kernel, or the program itself, tells of a fault. */
  readonly crashed: number;
  /** By another signal. */
  readonly killed: number;
  /** With a status that is not 0. */
  readonly failed: number;
}

/** SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV and SIGSYS: others are sent, often on purpose. */
const FAULTS: ReadonlySet<number> = new Set([4, 5, 6, 7, 8, 11, 31]);

const SIGNAL_MASK = 0x7f;

/** Counts how processes ended, by the keys of dumps. */
export class Endings {
  #counts: EndingCounts = { crashed: 0, killed: 0, failed: 0 };

  get counts(): EndingCounts {
    return this.#counts;
  }

  take(key: TaskKey, count: number): void {
    if (key.counter !== 'process_exited') return;
    const kind = kindOf(readEnding(key.index).exitCode);
    if (kind !== undefined) this.#counts = { ...this.#counts, [kind]: this.#counts[kind] + count };
  }
}

/** @param exitCode - As wait(2) tells it; see `Ending`. */
function kindOf(exitCode: number): keyof EndingCounts | undefined {
  const signal = exitCode & SIGNAL_MASK;
  if (signal !== 0) return FAULTS.has(signal) ? 'crashed' : 'killed';
  return exitCode === 0 ? undefined : 'failed';
}
