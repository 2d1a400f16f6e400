import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildPlanReport, buildReport, type Observation } from '../../src/report/build-report.ts';
import { renderReportJson, renderReportSchema, reportSchema } from '../../src/report/report.ts';
import { anyPlan } from '../arbitraries.ts';
import {
  ABSENT_COUNTERS,
  buildPlanFor,
  buildTotals,
  NO_LOSS,
  TRACEPOINTS_6_15,
} from '../builders.ts';
import { buildCommandObservation, buildObservation } from './observation.ts';

const COMMAND = buildCommandObservation({ argv: ['make', '-j2'], exitCode: 143, seconds: 1.5 });

describe('a report is of its own schema', () => {
  test.each<[string, Partial<Observation>]>([
    ['of a quiet machine', {}],
    ['with a command', { command: COMMAND }],
    ['where everything is absent', observeAbsent()],
    ['where it cannot be read what the kernel skipped', { settled: unknowing() }],
    ['that was interrupted', { interrupted: true, notices: ['bpftrace was started again'] }],
  ])('%s', (_, different) => {
    const report = buildReport(buildObservation(different));
    expect(reportSchema.parse(report)).toEqual(report);
    expect(JSON.parse(renderReportJson(report))).toEqual(report);
  });

  test('whatever the plan', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const report = buildReport(buildObservation({ plan }));
        expect(reportSchema.parse(report)).toEqual(report);
      }),
    );
  });
});

test('the window is from dump to dump, and starts on the wall clock', () => {
  const { window } = buildReport(
    buildObservation({ settled: buildTotals({}, { kernelNs: 1010.5e9 }) }),
  );
  expect(window).toEqual({
    start: '2026-11-22T12:00:00.250Z',
    start_uptime: 1000,
    seconds: 10,
    settle_seconds: 0.5,
    unreleased: null,
    unseen_releases: null,
    interrupted: false,
  });
});

test('tasks that are gone without a release that was seen are told', () => {
  const { window, notes } = buildReport(buildObservation({ unreleased: 0, unseenReleases: 25 }));
  expect(window).toMatchObject({ unreleased: 0, unseen_releases: 25 });
  expect(notes).toEqual([expect.stringMatching(/^25 tasks .* counted as released$/)]);
});

test('counts are those of the window', () => {
  const { system, audit } = buildReport(
    buildObservation({
      open: buildTotals({ process_created: 5, exec: 7 }, { tasksCreated: 1000 }),
      close: buildTotals({ process_created: 15, exec: 8 }, { tasksCreated: 1010 }),
    }),
  );
  expect(system).toMatchObject({ process_created: 10, exec: 1, thread_created: 0 });
  expect(audit).toEqual({ created: 10, proc_stat: 10, edge: 4, completeness: 100 });
});

test('releases are counted for longer, because they come some time after the exit', () => {
  const { system } = buildReport(
    buildObservation({
      open: buildTotals({ released: 1, exec: 1 }),
      close: buildTotals({ released: 5, exec: 5 }),
      settled: buildTotals({ released: 9, exec: 9 }),
    }),
  );
  expect(system).toMatchObject({ released: 8, exec: 4 });
});

test('errors are told by name, and only those that were met in the window', () => {
  const { system } = buildReport(
    buildObservation({
      open: buildTotals({ errors: new Map([[11, 4]]) }),
      close: buildTotals({
        errors: new Map([
          [11, 4],
          [22, 7],
          [123, 1],
        ]),
      }),
    }),
  );
  expect(system.errors).toEqual({ total: 8, by_errno: { EINVAL: 7, 'errno 123': 1 } });
});

test('what is absent is null', () => {
  const { system, audit } = buildReport(buildObservation(observeAbsent()));
  expect(Object.values(system)).toEqual([null, null, null, null, null, null, null]);
  expect(audit).toMatchObject({ created: null, completeness: null });
});

test('losses are those of the window', () => {
  const { loss } = buildReport(
    buildObservation({
      open: buildTotals({}, { missed: { create: 1, exit: 2, error: 3 } }),
      close: buildTotals({}, { missed: { create: 11, exit: 22, error: 33 } }),
      lossAtOpen: { ...NO_LOSS, lostEvents: 1, brokenLines: 1 },
      lossAtClose: {
        lostEvents: 2,
        helperErrors: 2,
        brokenLines: 4,
        lostDumps: 4,
        restarts: 5,
      },
    }),
  );
  expect(loss).toEqual({
    lost_events: 1,
    helper_errors: 2,
    broken_lines: 3,
    skipped_intervals: 4,
    restarts: 5,
    skipped_events: { create: 10, exit: 20, error: 30 },
  });
});

test('skipped events that cannot be read are null', () => {
  const { loss } = buildReport(buildObservation({ settled: unknowing() }));
  expect(loss.skipped_events).toBeNull();
});

test('the plan is reported with what was refused', () => {
  const plan = buildPlanFor({ tracepoints: TRACEPOINTS_6_15, btf: 'absent' }, 'entry');
  expect(buildPlanReport(plan)).toMatchObject({
    events: [
      { event: 'create', attachType: 'tracepoint', quality: 'exact', refused: [] },
      { event: 'exec', attachType: 'tracepoint', quality: 'exact', refused: [] },
      {
        event: 'exit',
        attachType: 'tracepoint',
        quality: 'approximate',
        refused: [
          { probe: 'exit.tracepoint.group-dead' },
          { probe: 'exit.tracepoint.acct-process.fentry' },
          { probe: 'exit.tracepoint.acct-process.kprobe' },
          { probe: 'exit.tracepoint.signal-live' },
        ],
      },
      {
        event: 'release',
        attachType: 'tracepoint',
        quality: 'exact',
        refused: [{ probe: 'release.fentry' }],
      },
      { event: 'error', attachType: null, quality: 'absent' },
    ],
    notes: ['this kernel has no type information (BTF)'],
  });
});

test('the JSON Schema names every part of the report', () => {
  const schema = JSON.parse(renderReportSchema());
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    additionalProperties: false,
  });
  const parts = [
    'schema_version',
    'window',
    'host',
    'plan',
    'system',
    'refusals',
    'apps',
    'cgroups',
    'services',
    'unattributed',
    'blame',
    'audit',
    'loss',
    'notes',
    'command',
  ];
  expect(Object.keys(schema.properties)).toEqual(parts);
  expect(schema.required).toEqual(parts.filter((part) => part !== 'command'));
});

function observeAbsent(): Partial<Observation> {
  return {
    plan: buildPlanFor({ tracepoints: new Map() }),
    open: buildTotals(ABSENT_COUNTERS),
    close: buildTotals(ABSENT_COUNTERS),
  };
}

function unknowing() {
  return buildTotals({}, { kernelNs: 1010e9, knowsMisses: false });
}
