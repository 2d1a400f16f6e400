import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../src/host/facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { isAttached } from '../../src/plan/plan.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { buildBpftrace, buildSettings } from '../builders.ts';
import { readMachine } from '../machines.ts';

/** Every combination of load mode, type format, co-re tracing and maps per core. */
const ALL: Settings[] = (['entry', 'return'] as const).flatMap((loadMode) =>
  (['legacy', 'co-re', 'auto'] as const).flatMap((typeFormat) =>
    (['trampoline', 'probe'] as const).flatMap((coReTracing) =>
      [true, false].map((mapsPerCore) =>
        buildSettings(loadMode, { typeFormat, coReTracing, mapsPerCore }),
      ),
    ),
  ),
);

/** How failed forks are watched; `null` where they are not. */
function errorAttachType(facts: HostFacts, settings: Settings): string | null {
  const error = buildPlan(facts, settings).events.find(({ event }) => event === 'error');
  return error?.attachType ?? null;
}

describe('where neither kprobes nor fentry can be had', () => {
  const facts = readMachine('no-kprobes');

  test.each(ALL)(
    '$loadMode, $typeFormat, $coReTracing, maps per core $mapsPerCore: tracepoints, and a warning for what was named',
    (settings) => {
      const { events, warnings, notes, tables } = buildPlan(facts, settings);
      const attached = events.filter(isAttached);
      expect(Object.fromEntries(attached.map(({ event, family }) => [event, family]))).toEqual({
        create: 'rawtracepoint',
        exec: 'rawtracepoint',
        exit: 'rawtracepoint',
        ...(settings.loadMode === 'return' ? { error: 'tracepoint' } : {}),
      });
      expect(tables).toBe(settings.mapsPerCore ? 'per-cpu' : 'central');
      const isNamed = settings.typeFormat !== 'auto';
      const isAsked = settings.loadMode === 'return';
      expect(warnings).toHaveLength(isNamed && isAsked ? 1 : 0);
      expect(
        notes.filter((note) => /ebpf type format .* changes nothing here/.test(note)),
      ).toHaveLength(isNamed && !isAsked ? 1 : 0);
      const family =
        settings.typeFormat === 'co-re' && settings.coReTracing === 'trampoline'
          ? /asks for fentry to watch .* locked down \(integrity\).*; it is attached by tracepoint instead/
          : /asks for kprobe to watch .* without CONFIG_KPROBES; it is attached by tracepoint instead/;
      for (const warning of warnings) expect(warning).toMatch(family);
    },
  );
});

describe('where everything can be had', () => {
  const facts = readMachine('debian-12');

  test.each(ALL)(
    '$loadMode, $typeFormat, $coReTracing, maps per core $mapsPerCore: what is named is taken',
    (settings) => {
      const usesKprobes =
        settings.typeFormat === 'legacy' ||
        (settings.typeFormat === 'co-re' && settings.coReTracing === 'probe');
      const error = usesKprobes ? 'kretprobe' : 'fexit';
      expect(errorAttachType(facts, settings)).toBe(settings.loadMode === 'return' ? error : null);
      expect(buildPlan(facts, settings)).toMatchObject({ warnings: [], notes: [] });
    },
  );

  test('the end of a process is marked by a probe of the named family only', () => {
    const exitOf = (settings: Settings) =>
      buildPlan(facts, settings)
        .events.filter(isAttached)
        .find(({ event }) => event === 'exit')?.attachPoints[0];
    expect(exitOf(buildSettings('entry', { typeFormat: 'legacy' }))).toBe('kprobe:acct_process');
    expect(exitOf(buildSettings('entry', { typeFormat: 'co-re' }))).toBe('fentry:acct_process');
  });
});

test('co-re with probe wants types, and legacy does not', () => {
  const facts = readMachine('rhel-7.9');
  expect(errorAttachType(facts, buildSettings('return', { typeFormat: 'legacy' }))).toBe(
    'kretprobe',
  );
  const coRe = buildSettings('return', { typeFormat: 'co-re', coReTracing: 'probe' });
  // As for auto: what cannot be had by name gives way to the best that can.
  expect(errorAttachType(facts, coRe)).toBe('kretprobe');
  expect(buildPlan(facts, coRe).warnings).toEqual([
    expect.stringMatching(
      /asks for kernel types to watch error, .*no type information \(BTF\); it is attached without them$/,
    ),
  ]);
});

test('what was tried and failed is refused with what happened, and noted', () => {
  const failures = new Map([
    ['fentry', 'bpftrace ended before its first dump'],
    ['exec.tracepoint', 'it attached, but its self-test event was not counted'],
  ]);
  const facts = { ...readMachine('debian-12'), failures };
  const plan = buildPlan(facts, buildSettings('return'));
  expect(plan.events.filter(isAttached).map(({ attachPoints }) => attachPoints[0])).toEqual([
    'tracepoint:task:task_newtask',
    'kprobe:acct_process',
    'kretprobe:kernel_clone',
  ]);
  expect(plan.events[4]?.refused).toContainEqual({
    probe: 'error.fexit',
    reason: 'bpftrace ended before its first dump',
  });
  expect(plan.notes).toEqual([
    'fentry was tried here and failed: bpftrace ended before its first dump',
    'exec.tracepoint was tried here and failed: it attached, but its self-test event was not counted',
  ]);
});

test.each([
  ['0.16.0', 'kfunc', 'kretfunc'],
  ['0.19.1', 'kfunc', 'kretfunc'],
  ['0.20.0', 'fentry', 'fexit'],
  ['0.27.1', 'fentry', 'fexit'],
])('bpftrace %s spells it %s and %s', (version, fentry, fexit) => {
  const facts = { ...readMachine('debian-12'), bpftrace: buildBpftrace(version) };
  expect(buildPlan(facts, buildSettings('return')).fentryWords).toEqual({ fentry, fexit });
});
