import type { KernelClock } from '../host/kernel-clock.ts';
import { type KernelTasks, KernelTasksReader, type Range } from '../procfs/tasks.ts';

/** What the kernel's own numbers say of the moment of a dump. Since boot. */
export interface TaskBounds {
  /** Tasks whose creation the probes had seen. */
  readonly created: Range;
  readonly released: Range;
}

/** Knows the bounds at the moments at which dumps are cut. */
export interface TaskBoundsSource {
  /** @param kernelNs - When a dump was cut. @returns `undefined` where nothing is known of that moment. */
  at(kernelNs: number): TaskBounds | undefined;
  stop(): void;
}

export interface TaskBoundsOptions {
  readonly clock: KernelClock;
  readonly periodMs: number;
  readonly cpus: number;
  readonly reader?: KernelTasksReader;
}

/** Readings stand this far apart around the moment at which a dump is cut; that is all by which the bounds differ. */
const STEP_MS = 3;

/** The flip comes with the first tick of 10 ms in a period, or later where bpftrace is late. */
const FROM_MS = -3;
const UNTIL_MS = 15;

/** A machine with very many CPUs takes milliseconds to answer: readings are then further apart. */
const MOST_LOAD = 1 / 20;

/** As many readings as are made in some periods. */
const KEPT = 64;

/**
 * Reads the kernel's numbers of tasks before and after each moment at which a dump is cut, so that what they were at that
 * moment lies between two readings, however late the dump itself arrives.
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
    this.#reader = options.reader ?? new KernelTasksReader();
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
    // A reading that took long was mostly interrupted: that is no reason to leave a moment out.
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
 * The kernel counts a fork just before the probe runs, at most one at a time on each CPU. So the probes may lack, at that
 * moment, as many as there are CPUs; none where nothing was forked between the two readings before it.
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
