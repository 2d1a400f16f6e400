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
  /** The way to the `pid_max` of the namespace that a task's children go into; `null` before Linux 6.14, which has one for all. */
  readonly pidMax: PidMaxOffsets | null;
  /** `set_tid` of `kernel_clone_args`, which only clone3 sets; `null` where that is not known. */
  readonly setTid: number | null;
}

/** Each from the begin of its struct: `task_struct`, `nsproxy`, `pid_namespace`. */
export interface PidMaxOffsets {
  readonly nsproxy: number;
  readonly pidNamespace: number;
  readonly pidMax: number;
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

const PID_MAX_MEMBERS = {
  nsproxy: 'task_struct.nsproxy',
  pidNamespace: 'nsproxy.pid_ns_for_children',
  pidMax: 'pid_namespace.pid_max',
} as const;

const SET_TID = 'kernel_clone_args.set_tid';

/** The members of the kernel's structs that a plan may use. */
export const TASK_MEMBERS: readonly string[] = [
  ...Object.values(MEMBERS),
  ...Object.values(PID_MAX_MEMBERS),
  SET_TID,
  START_WITHOUT_SUSPEND,
  START_WITH_SUSPEND,
];

/** Each candidate asks for them. */
const found = new WeakMap<HostFacts, { readonly offsets: TaskOffsets | undefined }>();

/** `undefined` where this kernel does not tell all of them. */
export function findTaskOffsets(facts: HostFacts): TaskOffsets | undefined {
  const known = found.get(facts) ?? { offsets: readTaskOffsets(facts) };
  found.set(facts, known);
  return known.offsets;
}

function readTaskOffsets({ offsets, kernel, bpftrace }: HostFacts): TaskOffsets | undefined {
  // As the clock of `nsecs` is chosen in host/kernel-clock.ts.
  const countsSuspend = isAtLeast(bpftrace, 0, 12) && isAtLeast(kernel, 5, 8);
  const start = countsSuspend ? START_WITH_SUSPEND : START_WITHOUT_SUSPEND;
  const members = findAll({ ...MEMBERS, start }, offsets);
  return (
    members && {
      ...members,
      pidMax: findAll(PID_MAX_MEMBERS, offsets) ?? null,
      setTid: offsets.get(SET_TID) ?? null,
    }
  );
}

function findAll<Name extends string>(
  members: Readonly<Record<Name, string>>,
  offsets: HostFacts['offsets'],
): Record<Name, number> | undefined {
  const entries = Object.entries<string>(members).map(([name, member]) => [
    name,
    offsets.get(member),
  ]);
  return entries.some(([, offset]) => offset === undefined)
    ? undefined
    : (Object.fromEntries(entries) as Record<Name, number>);
}
