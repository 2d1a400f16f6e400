import type { HostFacts } from '../src/host/facts.ts';
import { FUNCTIONS, TRACEPOINTS } from '../src/plan/candidates.ts';
import { buildBpftrace } from './builders.ts';

/** The machine again and again, each time with one fact that is another. */
export function* flipEachFact(facts: HostFacts): Generator<HostFacts> {
  for (const btf of ['readable', 'unreadable', 'absent'] as const) yield { ...facts, btf };
  for (const state of ['none', 'integrity', 'confidentiality', 'unknown'] as const) {
    yield { ...facts, lockdown: { ...facts.lockdown, state } };
  }
  for (const kprobes of ['available', 'absent', 'disabled'] as const) yield { ...facts, kprobes };
  for (const ftrace of ['enabled', 'disabled'] as const) yield { ...facts, ftrace };
  for (const privilege of ['root', 'sudo'] as const) yield { ...facts, privilege };
  for (const version of ['0.11.3', '0.17.0', '0.23.2', '0.25.0', '0.27.1']) {
    yield { ...facts, bpftrace: buildBpftrace(version) };
  }
  for (const [major, minor] of [
    [4, 18],
    [5, 4],
    [6, 6],
    [7, 2],
  ] as const) {
    yield { ...facts, kernel: { ...facts.kernel, major, minor } };
  }
  for (const what of ['fentry', 'kprobe', 'rawtracepoint', 'tracepoint', 'error.kretprobe']) {
    yield { ...facts, failures: new Map([[what, 'failed']]) };
  }
  for (const cgroups of [{ kind: 'none' }, { kind: 'v1', v1Mounts: ['/cgroup'] }] as const) {
    yield { ...facts, cgroups };
  }
  yield { ...facts, rejectedBy: 'list: Linux' };
  yield { ...facts, offsets: new Map() };
  yield { ...facts, taskNumbersProblem: '/proc/stat cannot be read' };
  for (const pidNamespace of ['first', 'nested', 'unknown'] as const) {
    yield { ...facts, pidNamespace };
  }
  yield { ...facts, config: { source: undefined, options: new Map() } };
  yield* flipOptions(facts);
  yield* flipFunctions(facts);
  yield* flipTracepoints(facts);
}

function* flipOptions(facts: HostFacts): Generator<HostFacts> {
  for (const option of facts.config.options.keys()) {
    const options = new Map(facts.config.options);
    options.delete(option);
    yield { ...facts, config: { ...facts.config, options } };
  }
}

function* flipFunctions(facts: HostFacts): Generator<HostFacts> {
  for (const name of FUNCTIONS) {
    const without = new Map(facts.functions);
    without.delete(name);
    yield { ...facts, functions: without };
    for (const listed of [true, false, undefined]) {
      for (const typed of [true, false]) {
        yield { ...facts, functions: new Map([...facts.functions, [name, { listed, typed }]]) };
      }
    }
  }
}

function* flipTracepoints(facts: HostFacts): Generator<HostFacts> {
  for (const name of TRACEPOINTS) {
    const without = new Map(facts.tracepoints);
    without.delete(name);
    yield { ...facts, tracepoints: without };
    for (const field of facts.tracepoints.get(name) ?? []) {
      const fields = (facts.tracepoints.get(name) ?? []).filter((other) => other !== field);
      yield { ...facts, tracepoints: new Map([...facts.tracepoints, [name, fields]]) };
    }
  }
}
