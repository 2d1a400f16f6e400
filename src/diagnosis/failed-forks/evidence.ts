import type { CallerLimit } from './caller-limits.ts';
import type { PidsHit } from './pids-hits.ts';

/** What is known of why forks failed in a window. */
export interface FailedForkEvidence {
  readonly pids: readonly PidsHit[];
  readonly callers: readonly FailedCaller[];
  /** Of the whole machine, with the highest use that was read. */
  readonly machine: readonly CallerLimit[];
}

/** A process whose forks failed, as it was soon after. */
export interface FailedCaller {
  readonly pid: number;
  /** A byte string. */
  readonly comm: string;
  /** How many of its forks failed, by errno. */
  readonly counts: Readonly<Record<string, number>>;
  /** `null` where the process was gone before it was looked at. */
  readonly user: number | null;
  /** The systemd unit that it belongs to; `null` where there is none, or it is not known. */
  readonly unit: string | null;
  /** Directory of its cgroup of the pids controller; `null` where it is not known. */
  readonly directory: string | null;
  /** How far its RLIMIT_NPROC can be raised without privilege; `null` to any number too. */
  readonly hardLimit: number | null;
  /** Each with the highest use that was read. */
  readonly limits: readonly CallerLimit[];
}
