import type { Sample } from '../src/bpftrace/sample.ts';
import type { Loss } from '../src/bpftrace/supervisor.ts';
import type { Counters } from '../src/counters/counters.ts';
import type { Totals } from '../src/counters/totals.ts';
import type { BpftraceFacts, HostFacts } from '../src/host/facts.ts';
import type { KernelClock } from '../src/host/kernel-clock.ts';
import { ALL_RIGHTS } from '../src/host/process-rights.ts';
import { parseKernelRelease } from '../src/host/read-host-facts.ts';
import { buildPlan } from '../src/plan/build-plan.ts';
import type { Plan } from '../src/plan/plan.ts';
import type { Range } from '../src/procfs/tasks.ts';
import { completeSettings, type Settings } from '../src/settings/settings.ts';

/** What Linux 6.18 offers on x86-64. */
export const TRACEPOINTS_6_18: HostFacts['tracepoints'] = new Map([
  ['task:task_newtask', ['pid', 'comm', 'clone_flags', 'oom_score_adj']],
  ['sched:sched_process_exec', ['filename', 'pid', 'old_pid']],
  ['sched:sched_process_exit', ['comm', 'pid', 'prio', 'group_dead']],
  [
    'syscalls:sys_enter_clone',
    ['__syscall_nr', 'clone_flags', 'newsp', 'parent_tidptr', 'child_tidptr', 'tls'],
  ],
  ['syscalls:sys_enter_clone3', ['__syscall_nr', 'uargs', 'size']],
  ['syscalls:sys_enter_fork', ['__syscall_nr']],
  ['syscalls:sys_enter_vfork', ['__syscall_nr']],
  ['syscalls:sys_exit_clone', ['__syscall_nr', 'ret']],
  ['syscalls:sys_exit_clone3', ['__syscall_nr', 'ret']],
  ['syscalls:sys_exit_fork', ['__syscall_nr', 'ret']],
  ['syscalls:sys_exit_vfork', ['__syscall_nr', 'ret']],
]);

/** What tells of cgroups that come and go; the kernel has them wherever it has cgroups. */
export const CGROUP_TRACEPOINTS: HostFacts['tracepoints'] = new Map([
  ['cgroup:cgroup_mkdir', ['root', 'level', 'id', 'path']],
  ['cgroup:cgroup_rmdir', ['root', 'level', 'id', 'path']],
]);

/** The events' own before 6.16, where the end of a task does not tell whether its process ends. */
export const TRACEPOINTS_6_15: HostFacts['tracepoints'] = new Map([
  ...TRACEPOINTS_6_18,
  ['sched:sched_process_exit', ['comm', 'pid', 'prio']],
]);

/** Where members lie in a kernel of that version. */
export const OFFSETS_6_18: HostFacts['offsets'] = new Map([
  ['task_struct.flags', 44],
  ['task_struct.exit_code', 1_164],
  ['task_struct.pid', 1_264],
  ['task_struct.tgid', 1_268],
  ['task_struct.real_parent', 1_280],
  ['task_struct.group_leader', 1_328],
  ['task_struct.start_time', 1_552],
  ['task_struct.start_boottime', 1_560],
  ['task_struct.comm', 1_752],
  ['task_struct.signal', 1_848],
  ['signal_struct.live', 4],
  ['task_struct.nsproxy', 1_832],
  ['nsproxy.pid_ns_for_children', 32],
  ['pid_namespace.pid_max', 128],
  ['kernel_clone_args.set_tid', 64],
]);

/** A kernel that runs BPF programs at tracepoints alone. */
const WITHOUT_FUNCTION_HOOKS: HostFacts['config']['options'] = new Map([
  ['BPF', 'y'],
  ['BPF_SYSCALL', 'y'],
  ['BPF_JIT', 'y'],
  ['BPF_EVENTS', 'y'],
  ['PERF_EVENTS', 'y'],
]);

export function buildBpftrace(version: string): BpftraceFacts {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return { path: '/usr/bin/bpftrace', version, major, minor };
}

/** Everything is the machine's own. */
export const FIRST_NAMESPACES: HostFacts['namespaces'] = {
  pid: 'first',
  user: 'first',
  time: 'first',
  cgroup: 'first',
  mount: 'first',
};

/** A machine that lacks nothing, and what is different about it. */
export function buildFacts(different: Partial<HostFacts> = {}): HostFacts {
  return {
    kernel: parseKernelRelease('6.18.44'),
    cpus: 2,
    bpftrace: buildBpftrace('0.23.2'),
    btf: 'readable',
    offsets: different.btf === 'absent' ? new Map() : OFFSETS_6_18,
    tracepoints: new Map([...TRACEPOINTS_6_18, ...CGROUP_TRACEPOINTS]),
    privilege: 'root',
    rights: { ...ALL_RIGHTS, userNamespace: 'first' },
    config: { source: '/proc/config.gz', options: WITHOUT_FUNCTION_HOOKS },
    bpfProblem: undefined,
    lockdown: { state: 'none', source: '/sys/kernel/security/lockdown' },
    functions: new Map(),
    kprobes: 'absent',
    ftrace: 'enabled',
    cgroups: { kind: 'unified', v2Mount: '/sys/fs/cgroup', v1Mounts: [] },
    fieldPlaces: new Map(),
    namespaces: FIRST_NAMESPACES,
    ownPid: process.pid,
    processes: { sees: 'all', root: '', problem: undefined },
    taskNumbers: { root: '' },
    suspendedTime: { by: 'uptime', file: '/proc/uptime' },
    timeOffsets: { monotonic: 0n, boottime: 0n },
    rejectedBy: undefined,
    failures: new Map(),
    ...different,
  };
}

export function buildSettings(
  loadMode: Settings['loadMode'] = 'entry',
  different: Partial<Settings> = {},
): Settings {
  return completeSettings({ loadMode, ...different });
}

export function buildPlanFor(
  different: Partial<HostFacts> = {},
  loadMode: Settings['loadMode'] = 'return',
  settings: Partial<Settings> = {},
): Plan {
  return buildPlan(buildFacts(different), buildSettings(loadMode, settings));
}

/** A plan that attaches nothing. */
export const NO_PLAN: Plan = {
  events: [],
  keying: null,
  hasCommand: false,
  tellsUser: false,
  task: null,
  fieldPlaces: new Map(),
  tables: 'per-cpu',
  losesNewKeys: false,
  config: {},
  isRealTime: false,
  fentryWords: { fentry: 'fentry', fexit: 'fexit' },
  warnings: [],
  notes: [],
};

export function without<Value>(map: ReadonlyMap<string, Value>, ...keys: string[]) {
  return new Map([...map].filter(([key]) => !keys.includes(key)));
}

/** What one sample holds, in short. */
export interface SampleParts extends Partial<Omit<Sample, 'dump' | 'misses'>> {
  readonly period?: number;
  readonly kernelNs?: number;
  readonly scalars?: Readonly<Record<string, number>>;
  readonly errors?: Readonly<Record<string, number>>;
  readonly misses?: Readonly<Record<string, number>>;
}

export function buildSample(parts: SampleParts = {}): Sample {
  const { period = 0, kernelNs = 0, scalars = {}, errors, misses, ...rest } = parts;
  return {
    dump: {
      period,
      kernelNs,
      scalars: new Map(Object.entries(scalars)),
      keyed: errors === undefined ? new Map() : new Map([['error', toMap(errors)]]),
      names: new Map(),
      cgroupEvents: [],
    },
    run: 0,
    misses: misses === undefined ? undefined : toMap(misses),
    tasks: undefined,
    ...rest,
  };
}

export const NO_COUNTERS: Counters = {
  process_created: 0,
  thread_created: 0,
  exec: 0,
  process_exited: 0,
  thread_exited: 0,
  released: 0,
  filtered: 0,
  errors: {},
};

export const ABSENT_COUNTERS: Counters = {
  process_created: null,
  thread_created: null,
  exec: null,
  process_exited: null,
  thread_exited: null,
  released: null,
  filtered: null,
  errors: null,
};

/** Totals of a machine on which nothing happened, and what is different about it. */
export function buildTotals(
  counters: Partial<Counters> = {},
  different: Partial<Omit<Totals, 'counters'>> = {},
): Totals {
  return {
    period: 0,
    kernelNs: 0,
    run: 0,
    counters: { ...NO_COUNTERS, ...counters },
    missed: { create: 0, exec: 0, exit: 0, error: 0 },
    knowsMissed: true,
    kernel: { created: exactly(0), released: exactly(0), zombies: null },
    ...different,
  };
}

/** A kernel's clock that shows wall clock time. */
export function buildClock(nowNs: () => number): KernelClock {
  return { wallOffsetNs: 0n, nowNs, wallMsAt: (kernelNs) => kernelNs / 1e6 };
}

/** A number that is known. */
export function exactly(count: number): Range {
  return { low: count, high: count };
}

export const NO_LOSS: Loss = {
  lostEvents: 0,
  helperErrors: 0,
  brokenLines: 0,
  lostDumps: 0,
  restarts: 0,
};

function toMap(record: Readonly<Record<string, number>>): Map<string, number> {
  return new Map(Object.entries(record));
}
