import { type Report, reportSchema } from '../../src/report/report.ts';
import { countNoise, type Noise } from '../kernel/observer.ts';
import type { Machine } from './cells.ts';
import { type Expected, expectedOf, type Rejection } from './expected.ts';
import { FULL, type Greeting, type Outcome, STORM } from './outcome.ts';

/** What became of one cell. */
export interface Verdict {
  /**
   * `exact`: attached as planned and counted to the last one. `approximate`: not to the last one, as the plan or the
   * report says.
   * `refused`: as planned, with the sentence that says why.
   */
  readonly result: 'exact' | 'approximate' | 'refused' | 'wrong';
  /** What was counted wrong, or the sentence of the refusal; empty for `exact`. */
  readonly words: string;
  readonly events: Report['plan']['events'];
}

/** The storm itself is created by us, executes and exits. */
const MADE: Record<Noise['kind'], number> = {
  process_created: STORM.processes + 1,
  thread_created: STORM.threads,
  exec: STORM.execs + 1,
  process_exited: STORM.processes + 1,
  thread_exited: STORM.threads,
};

/** Every task of the storm is waited for. */
const RELEASED = STORM.processes + 1 + STORM.threads;

const COUNTERS = Object.keys(MADE) as Noise['kind'][];

/** Which event a counter comes from. */
const EVENT_OF: Record<Noise['kind'], Report['plan']['events'][number]['event']> = {
  process_created: 'create',
  thread_created: 'create',
  exec: 'exec',
  process_exited: 'exit',
  thread_exited: 'exit',
};

/** Hold one run against what must come of it. */
export function judge(machine: Machine, greeting: Greeting, outcome: Outcome): Verdict {
  const expected = expectedOf(machine, greeting, outcome.cell);
  if (outcome.exitCode === null) return wrong(['it hung'], []);
  if (outcome.stdout === '') return judgeRefusal(expected.refusal, outcome);
  const report = reportSchema.parse(JSON.parse(outcome.stdout));
  const { events } = report.plan;
  if (expected.refusal !== undefined) return wrong(['it should have been refused'], events);
  const problems = [
    ...judgeRun(outcome, report),
    ...judgePlan(expected, report),
    ...(outcome.cell.hidden === 'room'
      ? judgeFull(report)
      : [...judgeTotals(outcome, report), ...judgeCommand(report)]),
  ];
  const bad = problems.filter(({ excuse }) => excuse === undefined);
  if (bad.length > 0) {
    return wrong(
      bad.map(({ words }) => words),
      events,
    );
  }
  const excuses = problems.map(({ excuse }) => excuse);
  return {
    result: problems.length > 0 ? 'approximate' : 'exact',
    words: [...new Set(excuses)].join('; '),
    events,
  };
}

/** Something that is not as it should be. */
interface Problem {
  readonly words: string;
  /** Said of it instead where the report or its plan names it. */
  readonly excuse?: string | undefined;
}

function wrong(words: readonly string[], events: Report['plan']['events']): Verdict {
  return { result: 'wrong', words: words.join('; '), events };
}

function judgeRefusal(expected: Rejection | undefined, { exitCode, stderr }: Outcome): Verdict {
  const [sentence = ''] = stderr.trim().split('\n');
  const said = `exit code ${exitCode}: ${sentence}`;
  if (expected === undefined) return wrong([said], []);
  if (exitCode !== 1 || !expected.says.test(stderr)) {
    return wrong([`${said}; it should say ${expected.says}`], []);
  }
  return { result: 'refused', words: sentence.replace(/^error: /, ''), events: [] };
}

function judgeRun({ exitCode, stderr }: Outcome, report: Report): Problem[] {
  const { audit, balance, loss, notes } = report;
  const problems: string[] = [];
  if (exitCode !== 0) problems.push(`exit code ${exitCode}`);
  if (stderr !== '') problems.push(`said on standard error: ${stderr.trim().split('\n')[0]}`);
  if (audit.completeness !== null && audit.completeness !== 100) {
    problems.push(`complete to ${audit.completeness} %`);
  }
  for (const name of ['lost_events', 'helper_errors', 'broken_lines', 'restarts'] as const) {
    if (loss[name] > 0) problems.push(`${name} ${loss[name]}`);
  }
  if (balance.difference !== null && balance.difference !== 0) {
    problems.push(
      `${balance.exited} exited, ${balance.released} released, zombies ${balance.zombies}`,
    );
  }
  return [...problems, ...notes].map((words) => ({ words }));
}

function judgePlan(expected: Expected, { plan }: Report): Problem[] {
  return plan.events.flatMap(({ event, attach_type, reason, rejected }) => {
    const wanted = expected.events[event];
    if (attach_type === null && wanted instanceof RegExp) {
      return wanted.test(reason) ? [] : [{ words: `${event} is absent because ${reason}` }];
    }
    if (attach_type === wanted) return [];
    const why = rejected.find(({ candidate }) =>
      candidate.startsWith(`${event}.${wanted}`),
    )?.reason;
    const words = `${event} is ${attach_type ?? `absent (${reason})`}, not ${wanted}`;
    return [{ words: why === undefined ? words : `${words} (${why})` }];
  });
}

/** The whole machine: what the storm made and what others did, who were few. */
function judgeTotals({ noise = [], pid }: Outcome, report: Report): Problem[] {
  const others = noise.filter(
    // We create the storm: that process is expected, not noise.
    (event) => !(event.pid === pid && event.kind === 'process_created'),
  );
  const counts = COUNTERS.map((counter): Count => {
    const { certain, possible } = countNoise(others, counter, report);
    const least = MADE[counter] + certain;
    return { counter, counted: report.system[counter], least, most: least + possible };
  });
  const problems = counts.flatMap((count) => {
    const { counter, counted, least, most } = count;
    if (counted === null) return judgeAbsence(counter, report);
    if (counted >= least && counted <= most) return [];
    const excuse = excuseByPlan(counter, report) ?? excuseByMissed(count, counts, report);
    return [{ words: `counted ${counter} ${counted} of ${least}`, excuse }];
  });
  return [...problems, ...judgeErrors('counted', report.system.errors, report)];
}

/** The limit that refused must be named, with exactly what it refused. */
function judgeFull({ failed_forks: { causes }, system: { errors } }: Report): Problem[] {
  const found = causes.map(({ cause, errno, count, cgroup, limit, used }) =>
    [cause, errno, count, cgroup, limit, used].join(' '),
  );
  const { path, limit, refused } = FULL;
  const wanted = `cgroup_pids EAGAIN ${refused} /sys/fs/cgroup${path} ${limit} ${limit}`;
  const counted = errors?.by_errno['EAGAIN'];
  return [
    ...(found.join() === wanted ? [] : [{ words: `named ${found.join(', ') || 'no limit'}` }]),
    ...(counted === refused ? [] : [{ words: `counted ${counted} of ${refused} refusals` }]),
  ];
}

/** What was counted, and the bounds of what happened. */
interface Count {
  readonly counter: Noise['kind'];
  readonly counted: number | null;
  readonly least: number;
  readonly most: number;
}

/** Events that the kernel did not hand to an event's program, of which nobody knows whether they were of a process. */
function readMissed(counter: Noise['kind'], { loss }: Report): number {
  const event = EVENT_OF[counter];
  return event === 'create' || event === 'exit' ? (loss.missed?.[event] ?? 0) : 0;
}

/** An event's counters may together lack exactly what the kernel says it missed. */
function excuseByMissed(
  { counter, counted, least }: Count,
  counts: readonly Count[],
  report: Report,
): string | undefined {
  const missed = readMissed(counter, report);
  if (missed === 0 || counted === null || counted > least) return undefined;
  const both = counts.filter((other) => EVENT_OF[other.counter] === EVENT_OF[counter]);
  const sum = (of: (count: Count) => number) => both.reduce((total, one) => total + of(one), 0);
  const found = sum((one) => one.counted ?? 0) + missed;
  return found >= sum((one) => one.least) && found <= sum((one) => one.most)
    ? describeMissed(report)
    : undefined;
}

function describeMissed({ loss }: Report): string {
  return `the kernel missed some events, and says so: create ${loss.missed?.create}, exit ${loss.missed?.exit}`;
}

function excuseByPlan(counter: Noise['kind'], { plan }: Report): string | undefined {
  return excuseEvent(EVENT_OF[counter], plan);
}

/** What is absent must be so by the plan. */
function judgeAbsence(counter: Noise['kind'], { plan }: Report): Problem[] {
  const event = plan.events.find((candidate) => candidate.event === EVENT_OF[counter]);
  return event?.quality === 'absent'
    ? []
    : [{ words: `${counter} is absent, and its event is not` }];
}

/** What the storm did is told apart in the kernel, where this bpftrace can. */
function judgeCommand(report: Report): Problem[] {
  const counters = report.command?.counters;
  if (counters == null) return [];
  const problems = COUNTERS.flatMap((counter) => {
    const counted = counters[counter];
    const made = MADE[counter];
    if (counted === null) return [];
    // What the kernel missed is counted where its kind is known, but nobody knows whose it was.
    const unknown = report.unattributed?.[counter] ?? 0;
    if (counted <= made && counted + unknown >= made) return [];
    const isMissed = counted < made && counted + readMissed(counter, report) >= made;
    const excuse = excuseByPlan(counter, report) ?? (isMissed ? describeMissed(report) : undefined);
    return [{ words: `the command ${counter} ${counted} of ${made}`, excuse }];
  });
  const released = [counters.released, RELEASED];
  if (released[0] !== null && released[0] !== released[1]) {
    problems.push({ words: `the command released ${released.join(' of ')}`, excuse: undefined });
  }
  return [...problems, ...judgeErrors('the command', counters.errors, report)];
}

function judgeErrors(who: string, errors: Report['system']['errors'], { plan }: Report): Problem[] {
  if (errors === null) return [];
  const { total, by_errno } = errors;
  if (total === STORM.refused && by_errno['EINVAL'] === STORM.refused) return [];
  return [
    {
      words: `${who} refusals ${JSON.stringify(by_errno)} of EINVAL ${STORM.refused}`,
      excuse: excuseEvent('error', plan),
    },
  ];
}

function excuseEvent(event: string, plan: Report['plan']): string | undefined {
  const { quality } = plan.events.find((candidate) => candidate.event === event) ?? {};
  return quality === 'approximate' ? `${event} is approximate by its plan` : undefined;
}
