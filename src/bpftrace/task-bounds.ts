import type { KernelClock } from '../host/kernel-clock.ts';
import { type KernelTasks, KernelTasksReader, type Range } from '../procfs/tasks.ts';

/** Bounds on the kernel's own numbers of tasks at the moment at which a dump was cut. Counts since boot. */
export interface TaskBounds {
  /** Created tasks, as many as the probes can have counted. */
  readonly created: Range;
  readonly released: Range;
}

/** Tells the bounds at the moments at which dumps are cut. */
export interface TaskBoundsSource {
  /** @param kernelNs - When a dump was cut. @returns `undefined` where nothing is known of that moment. */
  at(kernelNs: number): TaskBounds | undefined;
  stop(): void;
}

export interface TaskBoundsOptions {
  readonly clock: KernelClock;
  readonly periodMs: number;
  readonly cpus: number;
  /** Where the file tree starts in which the kernel's own files are. */
  readonly root: string;
  readonly reader?: KernelTasksReader;
}

/** Time between two readings around the moment at which a dump is cut. Low and high differ by the events in that time. */
const STEP_MS = 3;

/** Readings are made from 3 ms before a period begins until 15 ms after: its dump is cut by the first tick of 10 ms in it. */
const FROM_MS = -3;
const UNTIL_MS = 15;

/** Share of the time that readings may take. They are further apart on a machine with so many CPUs that one takes long. */
const MOST_LOAD = 1 / 20;

/** Readings that are kept: those of some periods. */
const KEPT = 64;

/**
 * Reads the kernel's numbers of tasks every 3 ms around each moment at which a dump is cut. The numbers at that moment lie
 * between the readings before and after it, however late the dump arrives.
 */
export class TaskBoundsReader implements TaskBoundsSource {
  readonly #clock: KernelClock;
  readonly #periodMs: number;
  readonly #cpus: number;
  readonly #reader: KernelTasksReader;
  #readings: KernelTasks[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @throws Error where the kernel's files cannot be opened. */
  constructor(options: TaskBoundsOptions) {
    this.#clock = options.clock;
    this.#periodMs = options.periodMs;
    this.#cpus = options.cpus;
    this.#reader = options.reader ?? new KernelTasksReader(options.root);
    this.#read();
    this.#schedule();
  }

  at(kernelNs: number): TaskBounds | undefined {
    this.#read();
    return findBounds(this.#readings, kernelNs, this.#cpus);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#reader.close();
  }

  #read(): void {
    const reading = this.#reader.read(() => this.#clock.nowNs());
    if (reading === undefined) return;
    this.#readings.push(reading);
    if (this.#readings.length > 2 * KEPT) this.#readings = this.#readings.slice(-KEPT);
  }

  #schedule(): void {
    const sinceMs = this.#sinceBoundaryMs();
    const untilNextMs = this.#periodMs + FROM_MS - sinceMs;
    const last = this.#readings.at(-1);
    const costMs = last === undefined ? 0 : (last.endedNs - last.beganNs) / 1e6;
    // At most as long as the readings around one dump take: the last one may have taken long only because it was preempted.
    const stepMs = Math.min(Math.max(STEP_MS, costMs / MOST_LOAD), UNTIL_MS - FROM_MS);
    const waitMs = sinceMs < UNTIL_MS || untilNextMs < 0 ? stepMs : untilNextMs;
    this.#timer = setTimeout(() => {
      this.#read();
      this.#schedule();
    }, waitMs);
    this.#timer.unref();
  }

  /** Milliseconds since the period began. */
  #sinceBoundaryMs(): number {
    const wallMs = this.#clock.nowNs() / 1e6 + Number(this.#clock.wallOffsetNs / 1_000_000n);
    return wallMs % this.#periodMs;
  }
}

/**
 * The bounds at a moment, from the readings around it.
 *
 * The kernel counts a fork just before the probe runs, so that at that moment the probes may be behind by one fork on each
 * CPU; but not by more than were forked since the reading before the last one.
 */
export function findBounds(
  readings: readonly KernelTasks[],
  kernelNs: number,
  cpus: number,
): TaskBounds | undefined {
  const after = readings.findIndex(({ beganNs }) => beganNs >= kernelNs);
  const high = readings[after];
  const before = readings.findLastIndex(({ endedNs }) => endedNs <= kernelNs);
  const low = readings[before];
  if (high === undefined || low === undefined) return undefined;
  const earlier = readings[before - 1];
  const recent = earlier === undefined ? cpus : high.forks.high - earlier.forks.low;
  return {
    created: { low: low.forks.low - Math.min(cpus, recent), high: high.forks.high },
    released: { low: low.forks.low - low.live, high: high.forks.high - high.live },
  };
}
