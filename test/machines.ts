import { readdirSync } from 'node:fs';
import * as z from 'zod';
import type { HostFacts } from '../src/host/facts.ts';
import { parseKernelConfig } from '../src/host/kernel-config.ts';
import { parseKernelRelease } from '../src/host/read-host-facts.ts';
import { buildBpftrace, buildFacts, CGROUP_TRACEPOINTS, TRACEPOINTS_6_18 } from './builders.ts';
import { fixturePath, readFixture } from './fixtures.ts';

/** A machine as `fixtures/machines` describes it. */
const machineSchema = z.strictObject({
  about: z.string(),
  kernel: z.string(),
  bpftrace: z.string(),
  btf: z.enum(['readable', 'unreadable', 'absent']),
  /** `null` where none can be read. */
  tracepoints: z.strictObject({ syscalls: z.array(z.string()), groupDead: z.boolean() }).nullable(),
  functions: z.array(z.string()),
  listsFunctions: z.boolean(),
  lockdown: z.enum(['none', 'integrity', 'confidentiality', 'unknown']),
  kprobes: z.enum(['available', 'absent', 'disabled']),
});

type Machine = z.output<typeof machineSchema>;

/** Names of the machines, in order. */
export const MACHINES: readonly string[] = readdirSync(fixturePath('machines'))
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort();

export function readMachine(name: string): HostFacts {
  const machine = machineSchema.parse(JSON.parse(readFixture(`machines/${name}.json`)));
  const { btf, lockdown, kprobes } = machine;
  return buildFacts({
    kernel: parseKernelRelease(machine.kernel),
    bpftrace: buildBpftrace(machine.bpftrace),
    btf,
    kprobes,
    lockdown: { state: lockdown, source: '/sys/kernel/security/lockdown' },
    tracepoints: buildTracepoints(machine),
    config: readConfig(name),
    functions: new Map(
      machine.functions.map((func) => [
        func,
        { listed: machine.listsFunctions ? true : undefined, typed: btf === 'readable' },
      ]),
    ),
  });
}

function buildTracepoints({ tracepoints }: Machine): HostFacts['tracepoints'] {
  if (tracepoints === null) return new Map();
  const { syscalls, groupDead } = tracepoints;
  const all = [...TRACEPOINTS_6_18, ...CGROUP_TRACEPOINTS];
  return new Map(
    all
      .filter(
        ([name]) =>
          !name.startsWith('syscalls:') ||
          syscalls.includes(name.replace(/^syscalls:sys_(?:enter|exit)_/, '')),
      )
      .map(([name, fields]) => [
        name,
        fields.filter((field) => field !== 'group_dead' || groupDead),
      ]),
  );
}

function readConfig(name: string): HostFacts['config'] {
  if (!readdirSync(fixturePath('machines')).includes(`${name}.config`)) {
    return { source: undefined, options: new Map() };
  }
  const text = readFixture(`machines/${name}.config`);
  return { source: '/boot/config', options: parseKernelConfig(text) };
}
