import { expect, test } from 'vitest';
import type { HostFacts } from '../../src/host/facts.ts';
import { parseKernelRelease } from '../../src/host/read-host-facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { buildBpftrace, buildSettings } from '../builders.ts';
import { MACHINES, readMachine } from '../machines.ts';
import { describeDifference, describePlan } from './describe-plan.ts';
import { flipEachFact } from './flip-facts.ts';

/** What most ask for when they ask for all. */
const ALL = buildSettings('return', { apps: true, cgroups: true });

/** What else a plan can be asked for. */
const OTHERS: Readonly<Record<string, Settings>> = {
  'entry mode': { ...ALL, loadMode: 'entry' },
  'entry mode, legacy': { ...ALL, loadMode: 'entry', typeFormat: 'legacy' },
  'entry mode, co-re': { ...ALL, loadMode: 'entry', typeFormat: 'co-re' },
  legacy: { ...ALL, typeFormat: 'legacy' },
  'co-re, trampoline': { ...ALL, typeFormat: 'co-re' },
  'co-re, probe': { ...ALL, typeFormat: 'co-re', coReTracing: 'probe' },
  'app groups alone': { ...ALL, cgroups: false },
  'cgroups alone': { ...ALL, apps: false },
  'totals alone': { ...ALL, apps: false, cgroups: false },
  'no maps per core': { ...ALL, mapsPerCore: false },
  'real time': { ...ALL, realTime: true },
};

test.each(MACHINES)('the plan for %s, and what is different with other settings', async (name) => {
  const facts = readMachine(name);
  const plan = buildPlan(facts, ALL);
  const others = Object.entries(OTHERS).map(([settings, other]) =>
    section(settings, describeDifference(plan, buildPlan(facts, other))),
  );
  const text = [section(`${name}, return mode, app groups and cgroups`, describePlan(plan))];
  await expect([...text, ...others].join('\n')).toMatchFileSnapshot(`plans/${name}.txt`);
});

/** One that watches kernel functions, and one that has tracepoints alone, raw where it can. */
const FLIPPED = ['debian-12', 'no-kprobes'];

test.each(FLIPPED)('what of the plan for %s changes with a single fact', async (name) => {
  const base = readMachine(name);
  const plan = buildPlan(base, ALL);
  const changes = new Map<string, string[]>();
  for (const { change, facts } of flipEachFact(base)) {
    const lines = describeDifference(plan, buildPlan(facts, ALL)).join('\n');
    changes.set(lines, [...(changes.get(lines) ?? []), change]);
  }
  changes.delete('');
  const sections = [...changes].map(([lines, titles]) =>
    section(titles.join('; '), lines.split('\n')),
  );
  await expect(sections.join('\n')).toMatchFileSnapshot(`plans/changes/${name}.txt`);
});

/** Rules about two facts at once, or about a fact and a setting. */
const PAIRS: Readonly<Record<string, [string, Partial<HostFacts>, Partial<Settings>]>> = {
  'bpftrace 0.24 without BTF': [
    'no-kprobes',
    { bpftrace: buildBpftrace('0.24.0'), btf: 'absent', offsets: new Map() },
    {},
  ],
  'bpftrace 0.25 without BTF': [
    'no-kprobes',
    { bpftrace: buildBpftrace('0.25.0'), btf: 'absent', offsets: new Map() },
    {},
  ],
  'Linux 5.4': ['unknown-config', { kernel: parseKernelRelease('5.4.0') }, {}],
  'Linux 5.5': ['unknown-config', { kernel: parseKernelRelease('5.5.0') }, {}],
  'kprobes that are switched off': ['debian-11', { kprobes: 'disabled' }, {}],
  '64 CPUs': ['debian-11', { cpus: 64 }, {}],
  'acct_process, which since 6.16 comes after the tracepoint, without BTF': [
    'debian-sid',
    {
      functions: new Map([['acct_process', { listed: true, typed: false }]]),
      btf: 'absent',
      offsets: new Map(),
    },
    {},
  ],
  'BTF that we can read and bpftrace 0.11 cannot': ['debian-11', { kprobes: 'absent' }, {}],
  'two that failed': [
    'debian-12',
    {
      failures: new Map([
        ['fentry', 'bpftrace ended before its first dump'],
        ['exec.tracepoint', 'it attached, but its self-test event was not counted'],
      ]),
    },
    {},
  ],
  'real time behind sudo': ['debian-sid', { privilege: 'sudo' }, { realTime: true }],
  'cgroups of version 1 and app groups alone': [
    'debian-13',
    { cgroups: { kind: 'v1', v1Mounts: ['/cgroup'] } },
    { cgroups: false },
  ],
  'no way to watch new cgroups and app groups alone': [
    'debian-13',
    { bpftrace: buildBpftrace('0.22.1') },
    { cgroups: false },
  ],
  'no offsets and totals alone': [
    'debian-13',
    { offsets: new Map() },
    { apps: false, cgroups: false },
  ],
  'no kprobes and no fentry, asked for kernel functions by name': [
    'debian-12',
    { ftrace: 'disabled' },
    { typeFormat: 'co-re' },
  ],
};

test('what of a plan changes with two facts, or with a fact and a setting', async () => {
  const sections = Object.entries(PAIRS).map(([name, [machine, facts, settings]]) => {
    const base = readMachine(machine);
    const plan = buildPlan({ ...base, ...facts }, { ...ALL, ...settings });
    return section(`${machine}, ${name}`, describeDifference(buildPlan(base, ALL), plan));
  });
  await expect(sections.join('\n')).toMatchFileSnapshot('plans/changes/pairs.txt');
});

function section(title: string, lines: readonly string[]): string {
  return `${title}\n${lines.map((line) => `  ${line}\n`).join('') || '  nothing\n'}`;
}
