import type { HostFacts } from '../../src/host/facts.ts';
import { parseKernelRelease } from '../../src/host/read-host-facts.ts';
import { FUNCTIONS, TRACEPOINTS } from '../../src/plan/candidates.ts';
import { CGROUP_TRACEPOINTS } from '../../src/plan/cgroup-events.ts';
import { buildBpftrace, FIRST_NAMESPACES, without } from '../builders.ts';

/** A machine that differs from another in one fact, and what that is. */
export interface Flipped {
  readonly change: string;
  readonly facts: HostFacts;
}

/** Those at which bpftrace began to do something in another way, and the one before each. */
const BPFTRACES =
  '0.11.3 0.12.0 0.16.0 0.17.0 0.18.0 0.19.1 0.20.0 0.20.4 0.21.0 0.22.1 0.23.2 0.24.0 0.25.0 0.26.0 0.27.1';

/** Those at which the kernel began to do something in another way, and the one before each. */
const KERNELS = '4.18 5.4 5.5 5.7 5.8 5.10 6.6 6.15 6.16 6.19 7.0 7.2';

/** The machine again and again, each time with one fact that is another. */
export function* flipEachFact(facts: HostFacts): Generator<Flipped> {
  const flip = (change: string, different: Partial<HostFacts>): Flipped => ({
    change,
    facts: { ...facts, ...different },
  });
  for (const btf of ['readable', 'unreadable'] as const) yield flip(`BTF ${btf}`, { btf });
  yield flip('BTF absent', { btf: 'absent', offsets: new Map() });
  for (const state of ['none', 'integrity', 'confidentiality', 'unknown'] as const) {
    yield flip(`lockdown ${state}`, { lockdown: { ...facts.lockdown, state } });
  }
  for (const kprobes of ['available', 'absent', 'disabled'] as const) {
    yield flip(`kprobes ${kprobes}`, { kprobes });
  }
  for (const ftrace of ['enabled', 'disabled'] as const) yield flip(`ftrace ${ftrace}`, { ftrace });
  for (const privilege of ['root', 'socket', 'setuid', 'sudo', 'bare-sudo'] as const)
    yield flip(privilege, { privilege });
  for (const version of BPFTRACES.split(' ')) {
    yield flip(`bpftrace ${version}`, { bpftrace: buildBpftrace(version) });
  }
  for (const release of KERNELS.split(' ')) {
    yield flip(`Linux ${release}`, { kernel: parseKernelRelease(release) });
  }
  for (const cpus of [1, 64]) yield flip(`${cpus} CPUs`, { cpus });
  for (const what of FAILING) yield flip(`${what} failed`, { failures: new Map([[what, 'why']]) });
  yield flip('no cgroups', { cgroups: { kind: 'none' } });
  yield flip('cgroups of version 1', { cgroups: { kind: 'v1', v1Mounts: ['/cgroup'] } });
  yield flip('no BPF', { bpfProblem: 'this kernel has no bpf()' });
  yield flip('rejected', { rejectedBy: 'list: Linux' });
  yield flip('no numbers of tasks', { taskNumbers: { problem: '/proc/stat cannot be read' } });
  for (const sees of ['own', 'none'] as const) {
    yield flip(`of processes ${sees}`, { processes: { sees, root: '', problem: 'a container' } });
  }
  for (const pid of ['first', 'nested', 'unknown'] as const) {
    yield flip(`pid namespace ${pid}`, { namespaces: { ...FIRST_NAMESPACES, pid } });
  }
  yield flip('no offsets', { offsets: new Map() });
  for (const member of facts.offsets.keys()) {
    yield flip(`no offset of ${member}`, { offsets: without(facts.offsets, member) });
  }
  const { options } = facts.config;
  yield flip('configuration unknown', { config: { source: undefined, options: new Map() } });
  for (const option of options.keys()) {
    yield flip(`no CONFIG_${option}`, {
      config: { ...facts.config, options: without(options, option) },
    });
  }
  yield* flipFunctions(facts, flip);
  yield* flipTracepoints(facts, flip);
}

/** Families of attach types, and probes. */
const FAILING = [
  'fentry',
  'kprobe',
  'rawtracepoint',
  'tracepoint',
  'exec.tracepoint',
  'exit.tracepoint.acct-process.fentry',
  'error.kretprobe',
];

type Flip = (change: string, different: Partial<HostFacts>) => Flipped;

function* flipFunctions({ functions }: HostFacts, flip: Flip): Generator<Flipped> {
  yield flip('no functions', { functions: new Map() });
  for (const name of FUNCTIONS) {
    yield flip(`no function ${name}`, { functions: without(functions, name) });
    for (const listed of [true, false, undefined]) {
      for (const typed of [true, false]) {
        yield flip(`function ${name}: listed ${listed}, typed ${typed}`, {
          functions: new Map([...functions, [name, { listed, typed }]]),
        });
      }
    }
  }
}

function* flipTracepoints({ tracepoints }: HostFacts, flip: Flip): Generator<Flipped> {
  yield flip('no tracepoints', { tracepoints: new Map() });
  const syscalls = [...tracepoints.keys()].filter((name) => name.startsWith('syscalls:'));
  yield flip('no tracepoints of system calls', {
    tracepoints: without(tracepoints, ...syscalls),
  });
  for (const name of [...TRACEPOINTS, ...CGROUP_TRACEPOINTS]) {
    yield flip(`no tracepoint ${name}`, { tracepoints: without(tracepoints, name) });
    for (const field of tracepoints.get(name) ?? []) {
      const fields = (tracepoints.get(name) ?? []).filter((other) => other !== field);
      yield flip(`no field ${field} of ${name}`, {
        tracepoints: new Map([...tracepoints, [name, fields]]),
      });
    }
  }
}
