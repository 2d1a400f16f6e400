import { type HostFacts, isAtLeast } from '../host/facts.ts';

/**
 * Where members of a task lie: bytes from the begin of `struct task_struct`, and of `struct signal_struct` for `live`.
 * Programs have them as numbers, because a struct that a program names makes bpftrace parse the kernel's types, which
 * takes half a second on 0.17.
 */
export interface TaskOffsets {
  readonly flags: number;
  readonly pid: number;
  readonly tgid: number;
  readonly realParent: number;
  readonly groupLeader: number;
  readonly comm: number;
  /** When it started, on the clock of `nsecs`. */
  readonly start: number;
  /** How it ends, as wait(2) tells it; set before the exit is traced. */
  readonly exitCode: number;
  readonly signal: number;
  /** Tasks of the process that have not ended. */
  readonly live: number;
}

const MEMBERS = {
  flags: 'task_struct.flags',
  pid: 'task_struct.pid',
  tgid: 'task_struct.tgid',
  realParent: 'task_struct.real_parent',
  groupLeader: 'task_struct.group_leader',
  comm: 'task_struct.comm',
  exitCode: 'task_struct.exit_code',
  signal: 'task_struct.signal',
  live: 'signal_struct.live',
} as const;

const START_WITHOUT_SUSPEND = 'task_struct.start_time';
const START_WITH_SUSPEND = 'task_struct.start_boottime';

/** The members of the kernel's structs that a plan may use. */
export const TASK_MEMBERS: readonly string[] = [
  ...Object.values(MEMBERS),
  START_WITHOUT_SUSPEND,
  START_WITH_SUSPEND,
];

/** `undefined` where this kernel does not tell all of them. */
export function findTaskOffsets({ offsets, kernel, bpftrace }: HostFacts): TaskOffsets | undefined {
  // As the clock of `nsecs` is chosen in host/kernel-clock.ts.
  const countsSuspend = isAtLeast(bpftrace, 0, 12) && isAtLeast(kernel, 5, 8);
  const start = countsSuspend ? START_WITH_SUSPEND : START_WITHOUT_SUSPEND;
  const found = Object.entries({ ...MEMBERS, start }).map(([name, member]) => [
    name,
    offsets.get(member),
  ]);
  return found.some(([, offset]) => offset === undefined)
    ? undefined
    : (Object.fromEntries(found) as TaskOffsets);
}
