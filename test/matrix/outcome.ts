import type { Noise } from '../kernel/observer.ts';
import type { Cell } from './cells.ts';

/**
 * What the watched workload makes in each run; see test/workloads/storm.c. In emulation that takes 2 to 5 s, so dozens of
 * dumps; a larger one is in the kernel suite.
 */
export const STORM = { processes: 3_007, threads: 97, execs: 151, failedForks: 53 } as const;

/** What happens in a cgroup that is full: so many tasks have room in it, the shell that fills it included. */
export const FULL = { path: '/limited', limit: 20, failedForks: 23 } as const;

/** What the guest says of itself before its first run. */
export interface Greeting {
  readonly kernel: string;
  /** As bpftrace prints it, without the `v`. */
  readonly bpftrace: string;
  readonly cpus: number;
}

/** How one run went, as the guest saw it. */
export interface Outcome {
  readonly cell: Cell;
  /** False where the run is that of an earlier cell of this guest, which had the same program. */
  readonly ran: boolean;
  /** 128 + signal where one ended it; `null` where it hung and was ended. */
  readonly exitCode: number | null;
  readonly seconds: number;
  /** The report as it was printed; empty where there was none. */
  readonly stdout: string;
  readonly stderr: string;
  readonly pid: number;
  /** What other programs than the workload did in the meantime; `undefined` where ftrace cannot be had. */
  readonly noise: readonly Noise[] | undefined;
}

/** One line of what the guest says. */
export type Said = { readonly greeting: Greeting } | { readonly outcome: Outcome };
