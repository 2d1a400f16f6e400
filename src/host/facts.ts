import type { CgroupLayout } from './cgroup-layout.ts';
import type { KernelOffsets } from './kernel-types.ts';
import type { ProcessRights } from './process-rights.ts';
import type { FieldPlace } from './tracepoints.ts';
import type { Namespaces } from './views/namespaces.ts';
import type { ProcessView } from './views/processes.ts';
import type { SuspendedTime, TimeOffsets } from './views/suspended-time.ts';
import type { TaskNumbers } from './views/task-numbers.ts';

/** What a plan needs to know of a machine, read once at the start. Plain data: tests plan for machines that are not here. */
export interface HostFacts {
  readonly kernel: KernelVersion;
  readonly cpus: number;
  readonly bpftrace: BpftraceFacts;
  readonly btf: BtfState;
  /** Where members of the kernel's structs lie, as we read the BTF; empty where the kernel has no type information. */
  readonly offsets: KernelOffsets;
  /** Fields of each tracepoint that a plan may use, by `category:name`; a tracepoint that is not there has no entry. */
  readonly tracepoints: ReadonlyMap<string, readonly string[]>;
  /** Where their fields lie, by `category:name.field`; empty where that cannot be read. */
  readonly fieldPlaces: ReadonlyMap<string, FieldPlace>;
  readonly privilege: Privilege;
  /** What the kernel lets this process and its children become. */
  readonly rights: ProcessRights;
  readonly config: KernelConfig;
  /** Why this kernel can run no BPF program at events, where its options are not known; `undefined` where none is found. */
  readonly bpfProblem: string | undefined;
  readonly lockdown: Lockdown;
  /** What is known of each function that a plan may attach to; one that the kernel does not have has no entry. */
  readonly functions: ReadonlyMap<string, KernelFunction>;
  /** `disabled`: kprobes can be attached, and never fire. */
  readonly kprobes: 'available' | 'absent' | 'disabled';
  /** `disabled` by `kernel.ftrace_enabled`: what is attached to the entry of a function never fires. */
  readonly ftrace: 'enabled' | 'disabled';
  readonly cgroups: CgroupLayout;
  /** In which namespaces we are: what we read may be theirs. */
  readonly namespaces: Namespaces;
  /** Which processes /proc shows us. */
  readonly processes: ProcessView;
  /** Our own process id as the kernel knows it; `undefined` in a pid namespace where nothing tells it. */
  readonly ownPid: number | undefined;
  /** The kernel's own numbers of tasks. */
  readonly taskNumbers: TaskNumbers;
  /** How far the kernel's two clocks are apart. */
  readonly suspendedTime: SuspendedTime;
  /** How far the clocks that we see are ahead of the kernel's own. */
  readonly timeOffsets: TimeOffsets;
  /** The line of Netdata's reject list that names this kernel, with its file. */
  readonly rejectedBy: string | undefined;
  /** What was tried in this session and failed, by family of attach types or by candidate: what happened. */
  readonly failures: ReadonlyMap<string, string>;
}

/** The options that the kernel was built with. */
export interface KernelConfig {
  /** The file that says so; `undefined` where none can be read, and then nothing is known of any option. */
  readonly source: string | undefined;
  /** Values by name without `CONFIG_`; what is not set has no entry. */
  readonly options: ReadonlyMap<string, string>;
}

/** How far the kernel is locked down against root, and the file that says so. */
export interface Lockdown {
  readonly state: 'none' | 'integrity' | 'confidentiality' | 'unknown';
  readonly source: string;
}

export interface KernelFunction {
  /** Whether the kernel lists it as traceable; `undefined` where that list cannot be read. */
  readonly listed: boolean | undefined;
  /** Whether the type information tells its arguments. */
  readonly typed: boolean;
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
 * `root`: we run as root already. `socket` and `setuid`: the launcher runs it, as a service of systemd or as a setuid program.
 * `sudo`: `sudo -n` lets us run bpftrace, with the variables that we give. `bare-sudo`: it does, and drops all variables.
 */
export type Privilege = 'root' | 'socket' | 'setuid' | 'sudo' | 'bare-sudo';

/** The ways by which the launcher is reached. */
export type LauncherWay = Extract<Privilege, 'socket' | 'setuid'>;

export function isByLauncher(privilege: Privilege): privilege is LauncherWay {
  return privilege === 'socket' || privilege === 'setuid';
}

/** Whom a program that is not root may ask to run bpftrace as root. */
export type Helper = 'launcher' | 'sudo';

/** True where `version` is at least `major.minor`. */
export function isAtLeast(
  version: { readonly major: number; readonly minor: number },
  major: number,
  minor: number,
): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}
