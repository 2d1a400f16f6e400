import { expect, test } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import type { Report } from '../../src/report/report.ts';
import { fc } from '../property.ts';
import { buildObservation } from '../report/observation.ts';
import type { Asked, Cell, Machine } from './cells.ts';
import { judge } from './judge.ts';
import { type Greeting, type Outcome, STORM } from './outcome.ts';
import type { EventReport } from './verdict.ts';

const MACHINE: Machine = { kernel: 'trixie', bpftrace: 'trixie', lockdown: 'none' };
const GREETING: Greeting = { kernel: '6.12.107-cloud-amd64', bpftrace: '0.23.2', cpus: 1 };
const ASKED: Asked = {
  mode: 'return',
  typeFormat: 'auto',
  coReTracing: 'trampoline',
  mapsPerCore: true,
};
const CELL: Cell = { hidden: 'nothing', asked: ASKED };

const COUNTED = {
  process_created: STORM.processes + 1,
  thread_created: STORM.threads,
  exec: STORM.execs + 1,
  process_exited: STORM.processes + 1,
  thread_exited: STORM.threads,
  released: STORM.processes + 1 + STORM.threads,
  errors: { total: STORM.failedForks, by_errno: { EINVAL: STORM.failedForks } },
};

type Numbers = Record<keyof Omit<typeof COUNTED, 'errors'>, number | null>;

/** A run that is exact, and what is different about it. */
function buildOutcome(
  different: Partial<Outcome> = {},
  change: {
    system?: Partial<Numbers>;
    command?: Partial<Numbers>;
    exit?: Partial<EventReport>;
    missed?: NonNullable<Report['loss']['missed']>;
    report?: Partial<Report>;
  } = {},
): Outcome {
  const report: Report = buildReport(buildObservation());
  const attach = (event: EventReport): EventReport => ({
    ...event,
    attach_type: ATTACHED[event.event],
    attach_points: event.event === 'exit' ? ['fentry:acct_process'] : [],
    quality: 'exact',
    ...(event.event === 'exit' ? change.exit : {}),
  });
  return {
    cell: CELL,
    exitCode: 0,
    ran: true,
    seconds: 10,
    stderr: '',
    pid: 100,
    noise: [],
    stdout: JSON.stringify({
      ...report,
      plan: { ...report.plan, events: report.plan.events.map(attach) },
      system: { ...COUNTED, ...change.system },
      audit: { ...report.audit, completeness: 100 },
      balance: { exited: 3105, released: 3105, zombies: 0, difference: 0, edge: 0 },
      loss: { ...report.loss, missed: change.missed ?? null },
      notes: [],
      command: {
        argv: ['storm'],
        user: null,
        exit_code: 0,
        signal: null,
        running: false,
        seconds: 1,
        told_apart_by: 'cgroup and descent',
        counters: { ...COUNTED, ...change.command },
        comms: null,
        dropped: null,
        escaped: null,
      },
      ...change.report,
    }),
    ...different,
  };
}

const ATTACHED: Readonly<Record<EventReport['event'], EventReport['attach_type']>> = {
  create: 'rawtracepoint',
  exec: 'rawtracepoint',
  exit: 'tracepoint',
  release: null,
  error: 'fexit',
};

test('a run that counted everything is exact', () => {
  expect(judge(MACHINE, GREETING, buildOutcome())).toMatchObject({ result: 'exact', words: '' });
});

test('one event too many or too few is wrong, whichever it is', () => {
  const counter = fc.constantFrom(
    ...(Object.keys(COUNTED).filter((key) => key !== 'errors') as (keyof Numbers)[]),
  );
  const where = fc.constantFrom('system' as const, 'command' as const);
  const by = fc.integer({ min: -90, max: 90 }).filter((number) => number !== 0);
  fc.assert(
    fc.property(counter, where, by, (name, scope, difference) => {
      const outcome = buildOutcome({}, { [scope]: { [name]: COUNTED[name] + difference } });
      const { result, words } = judge(MACHINE, GREETING, outcome);
      expect(result).toBe('wrong');
      expect(words).toContain(name);
    }),
  );
});

test('what the kernel says it missed excuses as much as is missing, and no more', () => {
  const lacking = {
    process_created: COUNTED.process_created - 3,
    thread_created: COUNTED.thread_created - 2,
  };
  const change = { system: lacking, command: lacking };
  const skip = (create: number) =>
    judge(
      MACHINE,
      GREETING,
      buildOutcome({}, { ...change, missed: { create, exec: 0, exit: 0, error: 0 } }),
    );
  expect(skip(5)).toMatchObject({
    result: 'approximate',
    words: expect.stringMatching(
      /^the kernel missed some events, and says so: create 5, exit 0 \(counted process_created 3005 of 3008, /,
    ),
  });
  expect(skip(4).result).toBe('wrong');
  expect(skip(6).result).toBe('wrong');
  expect(skip(0).result).toBe('wrong');
});

test('failed forks that are approximate may be too few, and no others', () => {
  const run = (by_errno: Record<string, number>) => {
    const total = Object.values(by_errno).reduce((sum, count) => sum + count, 0);
    const outcome = buildOutcome(
      {},
      { report: { system: { ...COUNTED, errors: { total, by_errno } } } },
    );
    const report = JSON.parse(outcome.stdout);
    report.plan.events.find(({ event }: EventReport) => event === 'error').quality = 'approximate';
    return judge(MACHINE, GREETING, { ...outcome, stdout: JSON.stringify(report) });
  };
  expect(run({})).toMatchObject({
    result: 'approximate',
    words: `error is approximate by its plan (counted failed forks {} of EINVAL ${STORM.failedForks})`,
  });
  expect(run({ EINVAL: STORM.failedForks + 1 }).result).toBe('wrong');
  expect(run({ EINVAL: 50, EAGAIN: 1 }).result).toBe('wrong');
});

test('what others did in the window is no mistake', () => {
  const { window } = buildReport(buildObservation());
  const at = window.start_uptime + window.seconds / 2;
  const noise = [{ kind: 'exec' as const, at, pid: 7 }];
  const counted = buildOutcome({ noise }, { system: { exec: COUNTED.exec + 1 } });
  expect(judge(MACHINE, GREETING, counted).result).toBe('exact');
  expect(judge(MACHINE, GREETING, buildOutcome({ noise })).result).toBe('wrong');
});

test('an event that is attached otherwise than it must be is wrong', () => {
  const run = (exit: Partial<EventReport>) => judge(MACHINE, GREETING, buildOutcome({}, { exit }));
  expect(run({ attach_points: ['kprobe:acct_process'] })).toMatchObject({
    result: 'wrong',
    words: 'exit is tracepoint with kprobe, not tracepoint with fentry',
  });
  expect(run({ attach_points: [] })).toMatchObject({ result: 'wrong' });
  const absent = { attach_type: null, quality: 'absent', reason: 'nobody asked' } as const;
  expect(run(absent)).toMatchObject({
    words: expect.stringContaining('exit is absent (nobody asked), not tracepoint with fentry'),
  });
});

test('exits that were neither released nor became zombies are wrong', () => {
  const run = (balance: Report['balance']) =>
    judge(MACHINE, GREETING, buildOutcome({}, { report: { balance } })).words;
  expect(run({ exited: 3105, released: 3104, zombies: 0, difference: 1, edge: 0 })).toBe(
    '3105 exited, 3104 were released, and zombies grew by 0',
  );
  expect(run({ exited: 3105, released: 3104, zombies: 1, difference: 0, edge: 0 })).toBe('');
  expect(run({ exited: 3105, released: 3104, zombies: 0, difference: 1, edge: 1 })).toBe('');
  const unchecked = { exited: 3105, released: 3105, zombies: null, difference: null, edge: 0 };
  expect(run(unchecked)).toContain('zombies grew by null');
});

test('whatever a report has to note is wrong', () => {
  const outcome = buildOutcome({}, { report: { notes: ['bpftrace was started again'] } });
  expect(judge(MACHINE, GREETING, outcome)).toMatchObject({
    result: 'wrong',
    words: 'bpftrace was started again',
  });
});

test('an audit that checked nothing is wrong', () => {
  const { audit } = JSON.parse(buildOutcome().stdout);
  const report = { audit: { ...audit, completeness: null } };
  expect(judge(MACHINE, GREETING, buildOutcome({}, { report })).result).toBe('wrong');
});

test('a report that is not of the schema is wrong', () => {
  for (const stdout of ['{}', 'no JSON']) {
    expect(judge(MACHINE, GREETING, buildOutcome({ stdout }))).toMatchObject({
      result: 'wrong',
      words: 'its report is not of the schema',
    });
  }
});

test('a counter that is absent although its event is there is wrong', () => {
  const outcome = buildOutcome({}, { system: { exec: null } });
  expect(judge(MACHINE, GREETING, outcome).result).toBe('wrong');
});

test('a run that fails, hangs or is refused without a reason is wrong', () => {
  const failed = buildOutcome({ stdout: '', exitCode: 1, stderr: 'error: no\nhint: none\n' });
  expect(judge(MACHINE, GREETING, failed)).toMatchObject({
    result: 'wrong',
    words: 'exit code 1: error: no',
  });
  const hung = buildOutcome({ exitCode: null });
  expect(judge(MACHINE, GREETING, hung)).toMatchObject({ result: 'wrong', words: 'it hung' });
});

test('a refusal counts where it is due, in the words that name the cause', () => {
  const locked: Machine = { ...MACHINE, lockdown: 'confidentiality' };
  const refuse = (sentence: string) =>
    buildOutcome({ stdout: '', exitCode: 1, stderr: `error: ${sentence}\nhint: reboot\n` });
  const sentence = 'this kernel is locked down (confidentiality)';
  expect(judge(locked, GREETING, refuse(sentence))).toMatchObject({
    result: 'refused',
    words: sentence,
  });
  expect(judge(locked, GREETING, refuse('tracefs is not mounted')).result).toBe('wrong');
  expect(judge(locked, GREETING, buildOutcome()).result).toBe('wrong');
});
