import { release } from 'node:os';
import { UserError } from '../errors.ts';
import { readTraceMounts, type TraceMounts } from '../procfs/mounts.ts';
import { readFile } from '../procfs/read-file.ts';
import { readBpfProblem } from './bpf-problem.ts';
import { readBpftraceFacts } from './bpftrace.ts';
import { readBtfState } from './btf.ts';
import { readCgroupLayout } from './cgroup-layout.ts';
import { assertDescriptorsLeft } from './descriptors.ts';
import { findExecutable } from './executables.ts';
import {
  type BpftraceFacts,
  type Helper,
  type HostFacts,
  isByLauncher,
  type KernelVersion,
  type Privilege,
} from './facts.ts';
import { readFunctions } from './functions.ts';
import { readKernelConfig } from './kernel-config.ts';
import { type KernelTypes, readKernelTypes } from './kernel-types.ts';
import { readLockdown } from './lockdown.ts';
import { readPrivilege } from './privilege.ts';
import { readProcessRights } from './process-rights.ts';
import { readRejection } from './reject-list.ts';
import { readRootFacts } from './root-facts.ts';
import { readFtrace, readKprobes } from './switches.ts';
import { readFieldPlaces, readTracepoints } from './tracepoints.ts';
import { countCpus } from './views/cpus.ts';
import { listProcRoots } from './views/proc-roots.ts';
import { readViews } from './views/views.ts';
import { whyNoTracepoints } from './why-no-tracepoints.ts';

/** What to look for, and where. */
export interface HostQuestions {
  readonly effectiveUid: number;
  /** Whom to ask for bpftrace where we are not root. */
  readonly helpers: readonly Helper[];
  /** Absolute path of the bpftrace to use; `undefined` takes the first in the system's own directories. */
  readonly bpftracePath: string | undefined;
  /** The tracepoints that a plan may use, `category:name`. */
  readonly tracepoints: readonly string[];
  /** The kernel functions that a plan may attach to. */
  readonly functions: readonly string[];
  /** The members of the kernel's structs that a plan may use, `struct.member`. */
  readonly members: readonly string[];
  /** Netdata's configuration directories, the user's first. */
  readonly configDirectories: readonly string[];
  /** Where the machine's file tree starts. @defaultValue '' */
  readonly root?: string;
  /** Where the host's file tree is mounted in a container, such as `/host`. @defaultValue `NETDATA_HOST_PREFIX` */
  readonly hostPrefix?: string;
}

/** Something that was found, or why it could not be. */
export type Found<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: UserError };

type Needed = 'bpftrace' | 'privilege' | 'tracepoints';

/** `HostFacts` of a machine on which something may be missing that counting needs; `doctor` shows it. */
export interface HostSurvey extends Omit<HostFacts, Needed> {
  readonly bpftrace: Found<BpftraceFacts>;
  readonly privilege: Found<Privilege>;
  readonly tracepoints: Found<HostFacts['tracepoints']>;
  readonly mounts: TraceMounts;
  /** Absolute path; `undefined` where it is not installed. It is not needed. */
  readonly bpftool: string | undefined;
}

/** The type information of a kernel takes 4 to 10 MB. */
const MOST_BTF_BYTES = 128 * 1024 * 1024;

/** Stands for a bpftrace that is missing: tracefs is then read as the newest version would. */
const ANY_BPFTRACE: BpftraceFacts = { path: '', version: '', major: 0, minor: 27 };

/** Read everything that can be read of this machine, whatever is missing. */
export async function readHostSurvey(questions: HostQuestions): Promise<HostSurvey> {
  // Files that cannot be opened would be taken for absent.
  assertDescriptorsLeft();
  const root = questions.root ?? '';
  // It takes 40-60 ms to say its version, in which everything that needs no version is read.
  const asked = attempt(() => readBpftraceFacts(questions.bpftracePath));
  const kernel = parseKernelRelease(release());
  const config = readKernelConfig(kernel.release, root);
  const lockdown = readLockdown(config, root);
  const mounts = readTraceMounts(root);
  const rights = readProcessRights(root);
  const types = readTypes(questions, root);
  const hostPrefix = questions.hostPrefix ?? process.env['NETDATA_HOST_PREFIX'] ?? '';
  const procRoots = listProcRoots(root, hostPrefix);
  const views = readViews(procRoots);
  const bpftrace = await asked;
  const used = bpftrace.ok ? bpftrace.value : ANY_BPFTRACE;
  const asker = { effectiveUid: questions.effectiveUid, rights, kernel };
  const privilege = await attempt(() =>
    readPrivilege(asker, bpftrace.ok ? used.path : '/usr/bin/bpftrace', questions.helpers),
  );
  // What only root can read, root has written down for those who ask the launcher.
  const written =
    privilege.ok && isByLauncher(privilege.value)
      ? await attempt(async () => readRootFacts(kernel, used, root))
      : undefined;
  const tracepoints = await attempt(async () => {
    if (!privilege.ok) throw privilege.problem;
    if (written !== undefined) return demand(written).tracepoints;
    const found = await readTracepoints(questions.tracepoints, used, privilege.value, root);
    if (found.size === 0) throw whyNoTracepoints({ bpftrace: used, mounts, lockdown, rights });
    return found;
  });
  const btf = readBtfState(used, root);
  return {
    kernel,
    cpus: countCpus(root),
    config,
    bpfProblem: readBpfProblem(kernel, config, root),
    lockdown,
    mounts,
    bpftrace,
    privilege,
    rights,
    tracepoints,
    fieldPlaces: readFieldPlaces(questions.tracepoints, root),
    btf,
    offsets: types?.offsets ?? new Map(),
    functions: readFunctions(questions.functions, {
      typed: btf === 'readable' ? types?.functions : undefined,
      root,
    }),
    kprobes: readKprobes(config, root),
    ftrace: readFtrace(root),
    cgroups: readCgroupLayout(root, {
      procRoots,
      namespace: views.namespaces.cgroup,
      processes: views.processes,
    }),
    ...views,
    rejectedBy: readRejection(questions.configDirectories, root),
    failures: new Map(),
    bpftool: findExecutable('bpftool'),
    ...(written?.ok ? { ...written.value, tracepoints } : {}),
  };
}

/**
 * Read everything that a plan needs to know of this machine.
 *
 * @throws UserError with the first thing that makes counting impossible.
 */
export async function readHostFacts(questions: HostQuestions): Promise<HostFacts> {
  return requireFacts(await readHostSurvey(questions));
}

/** @throws UserError with the first thing that makes counting impossible. */
export function requireFacts({ mounts: _, bpftool: __, ...survey }: HostSurvey): HostFacts {
  return {
    ...survey,
    bpftrace: demand(survey.bpftrace),
    privilege: demand(survey.privilege),
    tracepoints: demand(survey.tracepoints),
  };
}

/** `6.18.44-cloud-amd64` → 6, 18. */
export function parseKernelRelease(text: string): KernelVersion {
  const match = /^(\d{1,6})\.(\d{1,6})(?!\d)/.exec(text);
  return { release: text, major: Number(match?.[1] ?? 0), minor: Number(match?.[2] ?? 0) };
}

/** @returns `undefined` where the kernel has no type information. */
function readTypes({ members, functions }: HostQuestions, root: string): KernelTypes | undefined {
  const { bytes } = readFile(`${root}/sys/kernel/btf/vmlinux`, MOST_BTF_BYTES);
  return bytes && readKernelTypes(bytes, members, functions);
}

async function attempt<Value>(read: () => Promise<Value>): Promise<Found<Value>> {
  try {
    return { ok: true, value: await read() };
  } catch (problem) {
    if (problem instanceof UserError) return { ok: false, problem };
    throw problem;
  }
}

function demand<Value>(found: Found<Value>): Value {
  if (found.ok) return found.value;
  throw found.problem;
}
