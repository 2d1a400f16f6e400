import type { Table } from './table.ts';
import type { Workloads } from './workloads.ts';

/** One bpftrace to measure with. */
export interface Target {
  /** As it prints it, without the `v`. */
  readonly version: string;
  readonly path: string;
}

/** How often and how long everything is measured. */
export interface Effort {
  /** Starts of each kind. */
  readonly starts: number;
  /** Seconds after which the plugin counts as settled: Node compiles and collects for a while after its start. */
  readonly settleSeconds: number;
  /** Seconds that the plugin is watched at rest, and again under load. */
  readonly costSeconds: number;
  /** Runs of the load whose events are timed. */
  readonly eventRuns: number;
  /** Pairs of a loop with us and a loop without. */
  readonly pairs: number;
  /** Runs of bpftrace in which the lives of processes are timed. */
  readonly lifeRuns: number;
}

export const FULL: Effort = {
  starts: 5,
  settleSeconds: 10,
  costSeconds: 15,
  eventRuns: 9,
  pairs: 20,
  lifeRuns: 4,
};

export const QUICK: Effort = {
  starts: 1,
  settleSeconds: 1,
  costSeconds: 2,
  eventRuns: 3,
  pairs: 5,
  lifeRuns: 1,
};

/** What every part of the benchmark gets. */
export interface Bench {
  readonly targets: readonly Target[];
  readonly effort: Effort;
  /** Counts are kept apart by app group and cgroup, not only summed up. */
  readonly apart: boolean;
  /** Another built checkout, with which this one is compared. */
  readonly against: string | undefined;
  readonly workloads: Workloads;
  /** Aborted on Ctrl-C; everything that takes long must end then. */
  readonly signal: AbortSignal;
  /** One line on standard error. */
  say(sentence: string): void;
}

/** One part of the benchmark. */
export type Part = (bench: Bench) => Promise<Table>;

export interface TargetResult<T> {
  readonly target: Target;
  readonly result: T;
}

/**
 * Measure with one bpftrace after the other. One that fails does not stop the others.
 *
 * @returns What could be measured, and a sentence for each bpftrace that was left out.
 */
export async function measureTargets<T>(
  bench: Bench,
  measure: (target: Target) => Promise<T>,
): Promise<{ results: TargetResult<T>[]; leftOut: string[] }> {
  const results: TargetResult<T>[] = [];
  const leftOut: string[] = [];
  for (const target of bench.targets) {
    try {
      results.push({ target, result: await measure(target) });
    } catch (error) {
      bench.signal.throwIfAborted();
      leftOut.push(`bpftrace ${target.version} is left out: ${firstLine(error)}`);
    }
  }
  return { results, leftOut };
}

export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? '';
}
