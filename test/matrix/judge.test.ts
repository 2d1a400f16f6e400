import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import type { Report } from '../../src/report/report.ts';
import { buildObservation } from '../report/observation.ts';
import type { Asked, Cell, Machine } from './cells.ts';
import { judge } from './judge.ts';
import { type Greeting, type Outcome, STORM } from './outcome.ts';

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
  errors: { total: STORM.refused, by_errno: { EINVAL: STORM.refused } },
};

type Numbers = Record<keyof Omit<typeof COUNTED, 'errors'>, number | null>;

/** A run that is exact, and what is different about it. */
function buildOutcome(
  different: Partial<Outcome> = {},
  change: {
    system?: Partial<Numbers>;
    command?: Partial<Numbers>;
    error?: string;
    missed?: NonNullable<Report['loss']['missed']>;
  } = {},
): Outcome {
  const report: Report = buildReport(buildObservation());
  const attachTypes: Readonly<Record<string, string>> = {
    exit: 'tracepoint',
    error: change.error ?? 'fexit',
  };
  const attach = (event: string) => attachTypes[event] ?? 'rawtracepoint';
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
      plan: {
        ...report.plan,
        events: report.plan.events.map(({ event, ...rest }) => ({
          ...rest,
          event,
          attach_type: event === 'release' ? null : attach(event),
          quality: 'exact',
          reason: event === 'release' ? 'forks minus growth of live tasks' : '',
        })),
      },
      system: { ...COUNTED, ...change.system },
      audit: { ...report.audit, completeness: 100 },
      loss: { ...report.loss, missed: change.missed ?? null },
      command: {
        argv: ['storm'],
        exit_code: 0,
        seconds: 1,
        counters: { ...COUNTED, ...change.command },
        comms: null,
      },
    }),
    ...different,
  };
}

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
      // The system's releases are held by the balance.
      if (name === 'released' && scope === 'system') return;
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
    words: 'the kernel missed some events, and says so: create 5, exit 0',
  });
  expect(skip(4).result).toBe('wrong');
  expect(skip(6).result).toBe('wrong');
  expect(skip(0).result).toBe('wrong');
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
  expect(judge(MACHINE, GREETING, buildOutcome({}, { error: 'kretprobe' }))).toMatchObject({
    result: 'wrong',
    words: 'error is kretprobe, not fexit (this kernel was built without CONFIG_FUNCTION_TRACER)',
  });
});

test('a run in which exits, releases and zombies do not add up is wrong', () => {
  const outcome = buildOutcome();
  const report = JSON.parse(outcome.stdout);
  report.balance = { exited: 9, released: 7, zombies: 1, difference: 1 };
  expect(judge(MACHINE, GREETING, { ...outcome, stdout: JSON.stringify(report) })).toMatchObject({
    result: 'wrong',
    words: '9 exited, 7 released, zombies 1',
  });
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
