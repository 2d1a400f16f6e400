import type { HostFacts, KernelFunction } from '../src/host/facts.ts';
import { parseKernelRelease } from '../src/host/read-host-facts.ts';
import { FUNCTIONS } from '../src/plan/candidates.ts';
import type { Plan } from '../src/plan/plan.ts';
import type { Settings } from '../src/settings/settings.ts';
import {
  buildBpftrace,
  buildFacts,
  buildPlanFor,
  buildSettings,
  CGROUP_TRACEPOINTS,
  TRACEPOINTS_6_18,
} from './builders.ts';
import { readMachine } from './machines.ts';
import { fc } from './property.ts';

/** A bpftrace, and type information that it can have on some kernel. */
const bpftraceAndBtf = fc.oneof(
  fc.record({
    bpftrace: fc.constant(buildBpftrace('0.11.3')),
    btf: fc.constantFrom<HostFacts['btf']>('unreadable', 'absent'),
  }),
  fc.record({
    bpftrace: fc.constantFrom('0.12.0', '0.17.0', '0.24.0', '0.25.0', '0.27.1').map(buildBpftrace),
    btf: fc.constantFrom<HostFacts['btf']>('readable', 'absent'),
  }),
);

/** Every kernel has these wherever 6.18 does. */
const OLD_FIELDS = ['pid', 'ret'];

/** Some of the tracepoints, each with some of its fields. */
const tracepoints = fc
  .tuple(
    ...[...TRACEPOINTS_6_18, ...CGROUP_TRACEPOINTS].map(([name, fields]) =>
      fc.option(
        fc
          .subarray([...fields])
          .map((some): [string, string[]] => [
            name,
            fields.filter((field) => some.includes(field) || OLD_FIELDS.includes(field)),
          ]),
      ),
    ),
  )
  .map((entries): HostFacts['tracepoints'] => new Map(entries.filter((entry) => entry !== null)));

/** Some of the functions, each in some state. */
const functions = fc
  .tuple(
    ...FUNCTIONS.map((name) =>
      fc.option(
        fc
          .record({ listed: fc.constantFrom(true, false, undefined), typed: fc.boolean() })
          .map((known): [string, KernelFunction] => [name, known]),
      ),
    ),
  )
  .map((entries) => new Map(entries.filter((entry) => entry !== null)));

/** Any machine. */
export const anyFacts: fc.Arbitrary<HostFacts> = fc
  .tuple(
    bpftraceAndBtf,
    fc.record({
      kernel: fc.constantFrom('5.10.0', '6.6.0', '6.7.0', '6.18.0').map(parseKernelRelease),
      tracepoints: fc.oneof(fc.constant(TRACEPOINTS_6_18), tracepoints),
      privilege: fc.constantFrom<HostFacts['privilege']>('root', 'socket', 'setuid', 'sudo'),
      functions,
      kprobes: fc.constantFrom<HostFacts['kprobes']>('available', 'absent', 'disabled'),
      ftrace: fc.constantFrom<HostFacts['ftrace']>('enabled', 'enabled', 'disabled'),
      config: fc.constantFrom<HostFacts['config']>(
        { source: undefined, options: new Map() },
        readMachine('debian-12').config,
        readMachine('no-kprobes').config,
      ),
    }),
  )
  .map(([types, rest]) => buildFacts({ ...types, ...rest }));

export const anyPlan: fc.Arbitrary<Plan> = fc
  .tuple(anyFacts, fc.constantFrom('entry' as const, 'return' as const))
  .map(([facts, loadMode]) => buildPlanFor(facts, loadMode));

/** Any settings that a plan looks at. */
export const anySettings: fc.Arbitrary<Settings> = fc
  .record({
    loadMode: fc.constantFrom('entry' as const, 'return' as const),
    apps: fc.boolean(),
    cgroups: fc.boolean(),
    typeFormat: fc.constantFrom('legacy' as const, 'co-re' as const, 'auto' as const),
    coReTracing: fc.constantFrom('trampoline' as const, 'probe' as const),
    charts: fc.constantFrom('contract', 'current'),
    mapsPerCore: fc.boolean(),
    realTime: fc.boolean(),
    onRequest: fc.boolean(),
  })
  .map((different) => buildSettings(different.loadMode, different));
