import { closeSync, openSync, readSync } from 'node:fs';
import { toCount } from './count.ts';

/**
 * The kernel's own numbers of tasks, processes and threads alike, at one moment.
 *
 * `forks` minus `live` is the number of tasks released since boot: a fork adds one to both under one lock, and the release
 * of a task takes one off `live`. Zombies are among the live tasks.
 *
 * @see kernel:kernel/fork.c `total_forks`, `nr_threads`; kernel:kernel/exit.c `__unhash_process`
 */
export interface KernelTasks {
  /** The reading began no earlier than this, on the kernel's clock. */
  readonly beganNs: number;
  /** The reading ended no later than this. */
  readonly endedNs: number;
  /** Tasks created since boot, at least and at most, at the moment when `live` was read. */
  readonly forks: Range;
  /** Tasks that exist. */
  readonly live: number;
}

/** A number that lies between two, both included. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** While many tasks are created, three of four tries see no fork in between; a try takes 15-20 µs, more with many CPUs. */
const MOST_TRIES = 3;

/** /proc/stat of most machines is shorter; the buffer grows where it is not. */
const BUFFER_BYTES = 32_768;

/** Reads `KernelTasks`. Keeps its two files open, because opening them costs more than reading them. */
export class KernelTasksReader {
  readonly #stat: number;
  readonly #loadavg: number;
  #buffer = Buffer.alloc(BUFFER_BYTES);

  /**
   * @param root - Where the machine's file tree starts; empty but for fixtures.
   * @throws Error where one of the files cannot be opened.
   */
  constructor(root = '') {
    this.#stat = openSync(`${root}/proc/stat`, 'r');
    try {
      this.#loadavg = openSync(`${root}/proc/loadavg`, 'r');
    } catch (error) {
      closeSync(this.#stat);
      throw error;
    }
  }

  /** @param nowNs - Reads the kernel's clock. @returns `undefined` where a file does not hold its number. */
  read(nowNs: () => number): KernelTasks | undefined {
    const beganNs = nowNs();
    let low = this.#readForks();
    for (let tries = 1; ; tries += 1) {
      const live = this.#readLive();
      const high = this.#readForks();
      if (low === undefined || live === undefined || high === undefined) return undefined;
      if (low === high || tries === MOST_TRIES) {
        return { beganNs, endedNs: nowNs(), forks: { low, high }, live };
      }
      low = high;
    }
  }

  close(): void {
    closeSync(this.#stat);
    closeSync(this.#loadavg);
  }

  /** `processes 4711` of /proc/stat. */
  #readForks(): number | undefined {
    const text = this.#readAll(this.#stat);
    const at = text.lastIndexOf('\nprocesses ');
    return at < 0
      ? undefined
      : toCount(text.slice(at + '\nprocesses '.length, text.indexOf('\n', at + 1)));
  }

  /** `0.20 0.18 0.12 1/80 11206`: the number behind the slash. */
  #readLive(): number | undefined {
    const text = this.#readAll(this.#loadavg);
    const at = text.indexOf('/');
    return at < 0 ? undefined : toCount(text.slice(at + 1, text.indexOf(' ', at)));
  }

  #readAll(file: number): string {
    let length = 0;
    for (;;) {
      const read = readSync(file, this.#buffer, length, this.#buffer.length - length, length);
      length += read;
      if (read === 0) return this.#buffer.toString('latin1', 0, length);
      if (length === this.#buffer.length) {
        this.#buffer = Buffer.concat([this.#buffer, Buffer.alloc(length)]);
      }
    }
  }
}
