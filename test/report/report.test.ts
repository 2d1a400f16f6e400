import { describe, expect, test } from 'vitest';
import type { CommandObservation } from '../../src/report/build-command.ts';
import { buildPlanReport, buildReport, type Observation } from '../../src/report/build-report.ts';
import {
  type Report,
  renderReportJson,
  renderReportSchema,
  reportSchema,
} from '../../src/report/report.ts';
import type { CommandState } from '../../src/scopes/command/scope.ts';
import { anyPlan } from '../arbitraries.ts';
import { ABSENT_COUNTERS, buildPlanFor, NO_LOSS, TRACEPOINTS_6_15 } from '../builders.ts';
import { buildHit } from '../diagnosis/failed-forks/callers.ts';
import { fc } from '../property.ts';
import {
  buildClose,
  buildCommandObservation,
  buildCommandState,
  buildCounters,
  buildDiagnosis,
  buildEvidence,
  buildObservation,
  buildScopesState,
  buildSnapshot,
  type SnapshotParts,
} from './observation.ts';

const COMMAND = buildCommandObservation({ argv: ['make', '-j2'], exitCode: 143, seconds: 1.5 });

describe('a report matches its schema', () => {
  test.each<[string, Partial<Observation>]>([
    ['of a quiet machine', {}],
    ['with a command whose events are not known apart', { command: COMMAND }],
    [
      'with a command of its own',
      {
        command: COMMAND,
        open: buildSnapshot({ command: buildCommandState() }),
        close: buildClose({ command: buildCommandState() }),
      },
    ],
    ['where everything is absent', observeAbsent()],
    ['without the numbers of the kernel', { close: buildClose({ kernel: null }) }],
    [
      'where it cannot be read what the kernel missed',
      { close: buildClose({ knowsMissed: false }) },
    ],
    ['that was interrupted', { interrupted: true, notices: ['bpftrace was started again'] }],
    [
      'whose zombies became fewer',
      { close: buildClose({ counters: { released: 5 }, kernel: { zombies: -5 } }) },
    ],
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

  test.each([-0.001, 100.001])('but not with a completeness of %d percent', (completeness) => {
    const report = buildReport(buildObservation());
    expect(reportSchema.safeParse(report).success).toBe(true);
    const wrong = { ...report, audit: { ...report.audit, completeness } };
    expect(reportSchema.safeParse(wrong).success).toBe(false);
  });
});

test('a completeness lies between 0 and 100, whatever was counted', () => {
  const count = fc.nat(1_000_000);
  fc.assert(
    fc.property(count, count, fc.nat(1_000), (process_created, low, width) => {
      const kernel = { created: { low, high: low + width } };
      const close = buildClose({ counters: { process_created }, kernel });
      const { audit } = buildReport(buildObservation({ close }));
      expect(reportSchema.shape.audit.safeParse(audit).success).toBe(true);
      if (process_created < low || process_created > low + width) {
        expect(audit.completeness).toBeLessThan(100);
      }
    }),
  );
});

test('the window is from dump to dump, and starts on the wall clock', () => {
  const { window } = buildReport(buildObservation());
  expect(window).toEqual({
    start: '2026-11-22T12:00:00.250Z',
    start_uptime: 1000,
    seconds: 10,
    interrupted: false,
  });
});

test('counts are those of the window, releases too', () => {
  const { system } = buildReport(
    buildObservation({
      open: buildSnapshot({ counters: { process_created: 5, exec: 7, released: 1 } }),
      close: buildClose({ counters: { process_created: 15, exec: 8, released: 9 } }),
    }),
  );
  expect(system).toMatchObject({ process_created: 10, exec: 1, thread_created: 0, released: 8 });
});

test('the audit compares growth with growth, and knows the bounds of both edges', () => {
  const { audit } = buildReport(
    buildObservation({
      open: buildSnapshot({
        counters: { process_created: 5 },
        kernel: { created: { low: 1000, high: 1001 } },
      }),
      close: buildClose({
        counters: { process_created: 15 },
        kernel: { created: { low: 1010, high: 1012 } },
      }),
    }),
  );
  expect(audit).toEqual({ created: 10, forks_at_least: 9, forks_at_most: 12, completeness: 100 });
});

test.each([
  ['nothing could be read at the start', { open: buildSnapshot({ kernel: null }) }],
  ['nothing could be read at the end', { close: buildClose({ kernel: null }) }],
])('the audit is not made where %s', (_, different) => {
  const { audit, balance } = buildReport(buildObservation(different));
  expect(audit).toEqual({
    created: 0,
    forks_at_least: null,
    forks_at_most: null,
    completeness: null,
  });
  expect(balance).toMatchObject({ zombies: null, difference: null });
});

describe('the balance', () => {
  const open = buildSnapshot({
    counters: { process_exited: 100, released: 98 },
    kernel: { zombies: 2 },
  });
  const close = (zombies: number) =>
    buildClose({
      counters: { process_exited: 110, thread_exited: 2, released: 106 },
      missed: { exit: 1 },
      kernel: { zombies },
    });

  test('holds where each exited task is released or a zombie, and is then no note', () => {
    const { balance, notes } = buildReport(buildObservation({ open, close: close(7) }));
    expect(balance).toEqual({ exited: 13, released: 8, zombies: 5, difference: 0, edge: 0 });
    expect(notes).toEqual([]);
  });

  test.each([
    [6, 1, /^1 task exited and is neither released nor a zombie: /],
    [5, 2, /^2 tasks exited and are neither released nor zombies: /],
    [9, -2, /^2 more tasks were released or became zombies than exited: /],
  ])('is a note where it does not hold: %i zombies', (zombies, difference, note) => {
    const { balance, notes } = buildReport(buildObservation({ open, close: close(zombies) }));
    expect(balance).toMatchObject({ difference });
    expect(notes).toEqual([expect.stringMatching(note)]);
  });

  test('is no note where the difference says nothing', () => {
    const { counters, missed } = { counters: { process_exited: 113, released: 106 }, missed: {} };
    const kernel = { zombies: 6, released: { low: 5, high: 7 } };
    const { balance, notes } = buildReport(
      buildObservation({ open, close: buildClose({ counters, missed, kernel }) }),
    );
    expect(balance).toMatchObject({ difference: 1, edge: 2 });
    expect(notes).toEqual([]);
  });
});

test('errors are reported by name, and only those that were met in the window', () => {
  const { system } = buildReport(
    buildObservation({
      open: buildSnapshot({ counters: { errors: { 11: 4 } } }),
      close: buildClose({ counters: { errors: { 11: 4, 22: 7, 123: 1 } } }),
    }),
  );
  expect(system.errors).toEqual({ total: 8, by_errno: { EINVAL: 7, 'errno 123': 1 } });
});

describe('forks that failed at a pids.max by the kernel’s own count, and were not counted', () => {
  const noteOf = (low: number, errors: Record<string, number> | null) => {
    const pids = [buildHit(low, low + 50)];
    const diagnosis = buildDiagnosis({ failedForks: buildEvidence({ pids }) });
    const open = buildSnapshot({ counters: { errors: errors && {} } });
    return buildReport(
      buildObservation({ open, close: buildClose({ counters: { errors }, diagnosis }) }),
    ).notes;
  };

  test('are told: such as those of 32-bit programs', () => {
    expect(noteOf(100, { 11: 30 })).toEqual([
      "70 forks that failed at /sys/fs/cgroup/a b/pids.max by the kernel's own count were not counted as failed: the plan says which are missed",
    ]);
    expect(noteOf(1, {})).toEqual([
      expect.stringMatching(/^1 fork that failed .* was not counted/),
    ]);
  });

  test('are none within the bounds, nor where failed forks are not counted', () => {
    expect(noteOf(100, { 11: 100 })).toEqual([]);
    expect(noteOf(100, { 11: 150 })).toEqual([]);
    expect(noteOf(100, null)).toEqual([]);
  });
});

test('what is absent is null', () => {
  const { system, audit, balance } = buildReport(buildObservation(observeAbsent()));
  expect(Object.values(system)).toEqual([null, null, null, null, null, null, null]);
  expect(audit).toMatchObject({ created: null, completeness: null });
  expect(balance).toMatchObject({ exited: null, released: null, difference: null });
});

test('losses are those of the window', () => {
  const { loss } = buildReport(
    buildObservation({
      open: buildSnapshot({
        missed: { create: 1, exec: 5, exit: 2, error: 3 },
        loss: { ...NO_LOSS, lostEvents: 1, brokenLines: 1 },
      }),
      close: buildClose({
        missed: { create: 11, exec: 45, exit: 22, error: 33 },
        loss: { lostEvents: 2, helperErrors: 2, brokenLines: 4, lostDumps: 4, restarts: 5 },
      }),
    }),
  );
  expect(loss).toEqual({
    lost_events: 1,
    helper_errors: 2,
    broken_lines: 3,
    lost_dumps: 4,
    restarts: 5,
    missed: { create: 10, exec: 40, exit: 20, error: 30 },
  });
});

test('missed events that cannot be read are null', () => {
  const close = buildClose({ knowsMissed: false });
  expect(buildReport(buildObservation({ close })).loss.missed).toBeNull();
});

describe('a command', () => {
  const scopes = buildScopesState();
  const open = buildSnapshot({ command: buildCommandState(), scopes });
  const total = buildCounters({ process_created: 3, thread_created: 1, exec: 5 });
  const comms = [{ name: 'cc', counters: buildCounters({ exec: 5 }) }];
  const others = { process_created: 40, thread_created: 2 };

  function reportOf(
    observed: Partial<CommandObservation>,
    state: Partial<CommandState> = {},
    close: SnapshotParts = {},
  ): Report {
    const command = buildCommandState({ total, comms, ...state });
    return buildReport(
      buildObservation({
        open,
        close: buildClose({
          scopes,
          counters: others,
          kernel: { created: { low: 42, high: 50 } },
          command,
          ...close,
        }),
        command: { ...COMMAND, ...observed },
      }),
    );
  }

  test('has its counters, in all and by command name', () => {
    const report = reportOf({ user: 'ann', signal: { number: 15, name: 'TERM' } });
    expect(report.command).toMatchObject({
      argv: ['make', '-j2'],
      user: 'ann',
      exit_code: 143,
      signal: { number: 15, name: 'TERM' },
      running: false,
      seconds: 1.5,
      told_apart_by: 'cgroup and descent',
      counters: { exec: 5 },
      comms: [{ name: 'cc', exec: 5 }],
      dropped: { exec: 0 },
      escaped: { at_most: 0, reasons: [] },
    });
    expect(report.notes).toEqual([]);
  });

  test('without a cgroup of its own is told apart by descent, and a note says why', () => {
    const { command, notes } = reportOf({ noCgroup: 'we may not make one' });
    expect(command).toMatchObject({ told_apart_by: 'descent', escaped: { at_most: 0 } });
    expect(notes).toEqual([
      'the command has no cgroup of its own: we may not make one; it is told apart by descent',
    ]);
  });

  test('of which some stands under no name says so', () => {
    const { command, notes } = reportOf({}, { dropped: buildCounters({ exec: 2 }) });
    expect(command).toMatchObject({ dropped: { exec: 2 }, escaped: { at_most: 0 } });
    expect(notes).toEqual([expect.stringContaining('a larger --pid-table-size')]);
  });

  describe('may have done more, at most what all others did, where', () => {
    test.each<[string, Partial<CommandObservation>, Partial<CommandState>, SnapshotParts, RegExp]>([
      ['processes were not marked', {}, { unmarked: 7 }, {}, /no room to mark 7 of its processes/],
      ['creations were missed', {}, {}, { missed: { create: 3 } }, /missed 3 creations/],
      ['execs were missed', {}, {}, { missed: { exec: 2 } }, /missed 2 execs, exits or failed/],
      [
        'dumps were lost',
        {},
        {},
        { loss: { ...NO_LOSS, lostDumps: 2, brokenLines: 1 } },
        /^2 dumps of bpftrace/,
      ],
      ['bpftrace was restarted', {}, {}, { loss: { ...NO_LOSS, restarts: 1 } }, /started again/],
    ])('%s', (_, observed, state, close, reason) => {
      const { command, notes } = reportOf(observed, state, close);
      expect(command?.escaped).toEqual({
        at_most: 50 - 4,
        reasons: [expect.stringMatching(reason)],
      });
      expect(notes).toEqual([
        expect.stringMatching(/^the command may have done more than is shown: /),
      ]);
    });
  });

  test('that nothing tells apart has no counters, and a note says why', () => {
    const { command, notes } = buildReport(
      buildObservation({
        open: buildSnapshot({ scopes }),
        close: buildClose({ scopes }),
        command: { ...COMMAND, noCgroup: 'we may not make one' },
      }),
    );
    expect(command).toMatchObject({ told_apart_by: null, counters: null, escaped: null });
    expect(notes).toEqual([
      expect.stringMatching(/cannot be told apart here: .*we may not make one/),
    ]);
  });

  test('where counts are not kept apart has no counters', () => {
    const { command, notes } = buildReport(buildObservation({ command: COMMAND }));
    expect(command).toMatchObject({ exit_code: 143, counters: null, comms: null });
    expect(notes).toEqual([]);
  });
});

test('the plan is reported with the candidates that were rejected', () => {
  const plan = buildPlanFor({ tracepoints: TRACEPOINTS_6_15, btf: 'absent' }, 'entry');
  const { events, notes } = buildPlanReport(plan);
  const reject = (candidate: string) => ({ candidate, reason: expect.any(String) });
  expect(notes).toEqual(['this kernel has no type information (BTF)']);
  expect(events).toEqual(
    expect.arrayContaining(
      [
        { event: 'create', attach_type: 'tracepoint', quality: 'exact', rejected: [] },
        { event: 'exec', attach_type: 'tracepoint', quality: 'exact', rejected: [] },
        {
          event: 'exit',
          attach_type: 'tracepoint',
          attach_points: ['tracepoint:sched:sched_process_exit'],
          quality: 'approximate',
          rejected: [
            reject('exit.tracepoint.group-dead'),
            reject('exit.tracepoint.acct-process.fentry'),
            reject('exit.tracepoint.acct-process.kprobe'),
            reject('exit.tracepoint.signal-live'),
          ],
        },
        { event: 'error', attach_type: null, attach_points: [], quality: 'absent' },
      ].map((event) => expect.objectContaining(event)),
    ),
  );
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
    'verdict',
    'system',
    'narrowed',
    'failed_forks',
    'near_limits',
    'apps',
    'cgroups',
    'services',
    'dropped',
    'unattributed',
    'diagnosis',
    'audit',
    'balance',
    'loss',
    'notes',
    'command',
  ];
  expect(Object.keys(schema.properties)).toEqual(parts);
  expect(schema.required).toEqual(
    parts.filter((part) => part !== 'command' && part !== 'narrowed'),
  );
});

function observeAbsent(): Partial<Observation> {
  return {
    plan: buildPlanFor({ tracepoints: new Map() }),
    open: buildSnapshot({ counters: ABSENT_COUNTERS }),
    close: buildClose({ counters: ABSENT_COUNTERS }),
  };
}
