import { expect, test } from 'vitest';
import type { HostFacts } from '../../src/host/facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { isAttached } from '../../src/plan/plan.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { anyFacts, anyPlan, anySettings } from '../arbitraries.ts';
import { buildSettings } from '../builders.ts';
import { MACHINES, readMachine } from '../machines.ts';
import { fc } from '../property.ts';
import { flipEachFact } from './flip-facts.ts';

test('nothing is attached that the machine lacks', () => {
  fc.assert(
    fc.property(anyFacts, anySettings, (facts, settings) => {
      expect(findFaults(facts, settings)).toEqual([]);
    }),
  );
});

test.each(MACHINES)('the plan for %s is valid, also when any single fact is another', (name) => {
  const base = readMachine(name);
  const faults: string[] = [];
  const look = (facts: HostFacts) => {
    for (const settings of SETTINGS) faults.push(...findFaults(facts, settings));
  };
  look(base);
  for (const { facts } of flipEachFact(base)) look(facts);
  expect(faults).toEqual([]);
});

/** All that has a say in what is attached. */
const SETTINGS = [
  buildSettings('return', { typeFormat: 'auto' }),
  buildSettings('return', { typeFormat: 'legacy' }),
  buildSettings('return', { typeFormat: 'co-re', coReTracing: 'trampoline' }),
  buildSettings('return', { typeFormat: 'co-re', coReTracing: 'probe' }),
];

/** What of a plan contradicts the facts that it was made of; nothing where it is valid. */
function findFaults(facts: HostFacts, settings: Settings): string[] {
  const { events } = buildPlan(facts, settings);
  const unsaid = events
    .flatMap(({ reason, rejected }) => [reason, ...rejected.map((rejection) => rejection.reason)])
    .filter((reason) => reason === '' || reason.includes('undefined'))
    .map(() => 'a reason is missing');
  const attached = events.filter(isAttached);
  if (attached.length > 0) {
    if (facts.rejectedBy !== undefined) unsaid.push('the kernel is rejected');
    if (facts.lockdown.state === 'confidentiality') unsaid.push('the kernel is locked down');
  }
  return attached.reduce((faults, { attachPoints, family, candidate }) => {
    if (attachPoints.length === 0) faults.push(`${candidate} is attached to nothing`);
    if (facts.failures.has(family) || facts.failures.has(candidate))
      faults.push(`${candidate} failed`);
    return faults.concat(
      attachPoints.filter((point) => !isThere(point, facts)).map((point) => `no ${point}`),
    );
  }, unsaid);
}

function isThere(point: string, facts: HostFacts): boolean {
  const [word = '', name = ''] = point.split(/:(.*)/);
  const has = (...options: string[]) =>
    facts.config.source === undefined ||
    options.every((option) => facts.config.options.get(option) === 'y');
  if (!has('BPF_SYSCALL', 'PERF_EVENTS')) return false;
  if (word === 'tracepoint') return facts.tracepoints.has(name);
  if (word === 'rawtracepoint') {
    const isKnown = [...facts.tracepoints.keys()].some((known) => known.endsWith(`:${name}`));
    return facts.btf === 'readable' && isKnown;
  }
  const known = facts.functions.get(name);
  if (known === undefined || known.listed === false || facts.ftrace === 'disabled') return false;
  return word === 'kprobe' || word === 'kretprobe'
    ? facts.kprobes === 'available' && has('KPROBES')
    : known.typed &&
        facts.btf === 'readable' &&
        has('FUNCTION_TRACER', 'DYNAMIC_FTRACE_WITH_DIRECT_CALLS');
}

test('every event is planned, and what is not exact has its reason', () => {
  fc.assert(
    fc.property(anyPlan, ({ events }) => {
      expect(events.map(({ event }) => event)).toEqual([
        'create',
        'exec',
        'exit',
        'release',
        'error',
      ]);
      for (const { reason, rejected } of events) {
        expect(reason).not.toBe('');
        for (const rejection of rejected) expect(rejection.reason).not.toBe('');
      }
    }),
  );
});

test('an absent event says all that was tried', () => {
  fc.assert(
    fc.property(anyPlan, ({ events }) => {
      const absent = events.filter(({ quality }) => quality === 'absent');
      for (const { event, reason, rejected } of absent) {
        if (event !== 'release') expect(rejected).not.toEqual([]);
        for (const rejection of rejected) expect(reason).toContain(rejection.reason);
      }
    }),
  );
});

test('no two events fill the same map', () => {
  fc.assert(
    fc.property(anyPlan, ({ events }) => {
      const maps = events.filter(isAttached).flatMap((event) => event.maps);
      expect(maps).toEqual([...new Set(maps)]);
    }),
  );
});

test('an exit that must be corrected by execs comes with the exec that corrects it', () => {
  fc.assert(
    fc.property(anyPlan, ({ events }) => {
      const maps = events.filter(isAttached).flatMap((event) => event.maps);
      expect(maps.includes('thread_exec')).toBe(
        maps.includes('leader_exited') && maps.includes('exec'),
      );
    }),
  );
});
