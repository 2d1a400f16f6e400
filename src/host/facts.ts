import type { TaskStructMembers } from './task-struct.ts';

/** What the machine offers, read once before a plan is made. Plain data, so that a plan can be made for any machine. */
export interface HostFacts {
  readonly kernel: KernelVersion;
  readonly cpus: number;
  readonly bpftrace: BpftraceFacts;
  readonly btf: BtfState;
  /** Where the members of `struct task_struct` lie, in bytes; empty where the type information is not readable. */
  readonly taskStruct: TaskStructMembers;
  /** Fields of each tracepoint that a plan may use, by `category:name`; a tracepoint that is not there has no entry. */
  readonly tracepoints: ReadonlyMap<string, readonly string[]>;
  readonly privilege: Privilege;
}

/** `unreadable`: the kernel has type information, but this bpftrace cannot parse it. */
export type BtfState = 'readable' | 'unreadable' | 'absent';

export interface KernelVersion {
  /** As `uname -r` prints it. */
  readonly release: string;
  readonly major: number;
  readonly minor: number;
}

export interface BpftraceFacts {
  readonly path: string;
  /** As `bpftrace --version` prints it, without the `v`. */
  readonly version: string;
  readonly major: number;
  readonly minor: number;
}

/**
 * How bpftrace gets the privilege that it needs; this program itself never needs any.
 *
 * `root`: we run as root already. `sudo`: `sudo -n` lets us run bpftrace.
 */
export type Privilege = 'root' | 'sudo';

/** True where `version` is at least `major.minor`. */
export function isAtLeast(
  version: { readonly major: number; readonly minor: number },
  major: number,
  minor: number,
): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}
