import type { Report } from '../../src/report/report.ts';
import { countNoise, type Noise } from '../kernel/observer.ts';
import { type Outcome, STORM } from './outcome.ts';
import { type EventReport, findEvent, type Problem } from './verdict.ts';

/** The storm itself is created by us, executes, exits and is released. */
const MADE = {
  process_created: STORM.processes + 1,
  thread_created: STORM.threads,
  exec: STORM.execs + 1,
  process_exited: STORM.processes + 1,
  thread_exited: STORM.threads,
  released: STORM.processes + 1 + STORM.threads,
} as const;

type Counter = keyof typeof MADE;

const COUNTERS = Object.keys(MADE) as Counter[];

/** Which event a counter comes from. */
const EVENT_OF: Record<Counter, EventReport['event']> = {
  process_created: 'create',
  thread_created: 'create',
  exec: 'exec',
  process_exited: 'exit',
  thread_exited: 'exit',
  released: 'release',
};

/** What of other programs' doings, as ftrace saw them, is in a counter. Of those who end nobody stays a zombie in a guest. */
const NOISE_OF: Record<Counter, readonly Noise['kind'][]> = {
  process_created: ['process_created'],
  thread_created: ['thread_created'],
  exec: ['exec'],
  process_exited: ['process_exited'],
  thread_exited: ['thread_exited'],
  released: ['process_exited', 'thread_exited'],
};

/** The whole machine: what the storm made and what others did, who were few. */
export function judgeTotals({ noise = [], pid }: Outcome, report: Report): Problem[] {
  const others = noise.filter(
    // We create the storm: that process is expected, not noise.
    (event) => !(event.pid === pid && event.kind === 'process_created'),
  );
  const counts = COUNTERS.map((counter): Count => {
    const bounds = NOISE_OF[counter].map((kind) => countNoise(others, kind, report));
    const sum = (of: 'certain' | 'possible') => bounds.reduce((total, one) => total + one[of], 0);
    const least = MADE[counter] + sum('certain');
    return { counter, counted: report.system[counter], least, most: least + sum('possible') };
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

/** What was counted, and the bounds of what happened. */
interface Count {
  readonly counter: Counter;
  readonly counted: number | null;
  readonly least: number;
  readonly most: number;
}

/** Events that the kernel did not hand to an event's program, of which nobody knows whether they were of a process. */
function readMissed(counter: Counter, { loss }: Report): number {
  const event = EVENT_OF[counter];
  return event === 'create' || event === 'exit' ? (loss.missed?.[event] ?? 0) : 0;
}

/** A event's counters may together lack exactly what the kernel says it missed. */
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

function excuseByPlan(counter: Counter, report: Report): string | undefined {
  return excuseEvent(EVENT_OF[counter], report);
}

/** What is absent must be so by the plan. */
function judgeAbsence(counter: Counter, report: Report): Problem[] {
  return findEvent(report, EVENT_OF[counter]).quality === 'absent'
    ? []
    : [{ words: `${counter} is absent, and its event is not` }];
}

/** What the storm did is told apart in the kernel, wherever its processes are seen to begin. */
export function judgeCommand(report: Report): Problem[] {
  const counters = report.command?.counters;
  if (counters == null) {
    return findEvent(report, 'create').quality === 'absent'
      ? []
      : [{ words: 'the command is not told apart' }];
  }
  const problems = COUNTERS.flatMap((counter) => {
    const counted = counters[counter];
    const made = MADE[counter];
    if (counted === null)
      return report.system[counter] === null ? [] : judgeAbsence(counter, report);
    // What the kernel missed is counted where its kind is known, but nobody knows whose it was.
    const unknown = report.unattributed?.[counter] ?? 0;
    if (counted <= made && counted + unknown >= made) return [];
    const isMissed = counted < made && counted + readMissed(counter, report) >= made;
    const excuse = excuseByPlan(counter, report) ?? (isMissed ? describeMissed(report) : undefined);
    return [{ words: `the command ${counter} ${counted} of ${made}`, excuse }];
  });
  return [...problems, ...judgeErrors('the command', counters.errors, report)];
}

function judgeErrors(who: string, errors: Report['system']['errors'], report: Report): Problem[] {
  if (errors === null) return [];
  const { total, by_errno } = errors;
  if (total === STORM.failedForks && by_errno['EINVAL'] === STORM.failedForks) return [];
  // What is approximate misses some; it sees none that there were not.
  const isShort = total < STORM.failedForks && total === (by_errno['EINVAL'] ?? 0);
  return [
    {
      words: `${who} failed forks ${JSON.stringify(by_errno)} of EINVAL ${STORM.failedForks}`,
      excuse: isShort ? excuseEvent('error', report) : undefined,
    },
  ];
}

function excuseEvent(event: EventReport['event'], report: Report): string | undefined {
  const { quality } = findEvent(report, event);
  return quality === 'approximate' ? `${event} is approximate by its plan` : undefined;
}
