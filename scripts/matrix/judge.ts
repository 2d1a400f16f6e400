import { type Report, reportSchema } from '../../src/output/report.ts';
import { countNoise, type Noise } from '../../test/kernel/observer.ts';
import type { Machine } from './cells.ts';
import { type Expected, expectedOf, type Refusal } from './expected.ts';
import { type Greeting, type Outcome, STORM } from './outcome.ts';

/** What became of one cell. */
export interface Verdict {
  /**
   * `exact`: attached as planned and counted to the last one. `approximate`: as the plan says, and not to the last one.
   * `refused`: as planned, with the sentence that says why.
   */
  readonly result: 'exact' | 'approximate' | 'refused' | 'wrong';
  /** What was counted wrong, or the sentence of the refusal; empty for `exact`. */
  readonly words: string;
  readonly hooks: Report['plan']['hooks'];
}

/** The storm itself is created by us, executes, exits and is released. */
const MADE: Record<Noise['kind'], number> = {
  process_created: STORM.processes + 1,
  thread_created: STORM.threads,
  exec: STORM.execs + 1,
  process_exited: STORM.processes + 1,
  thread_exited: STORM.threads,
  released: STORM.processes + 1 + STORM.threads,
};

const COUNTERS = Object.keys(MADE) as Noise['kind'][];

/** Which hook a counter comes from. */
const HOOK_OF: Record<Noise['kind'], Report['plan']['hooks'][number]['hook']> = {
  process_created: 'create',
  thread_created: 'create',
  exec: 'exec',
  process_exited: 'exit',
  thread_exited: 'exit',
  released: 'release',
};

/** Hold one run against what must come of it. */
export function judge(machine: Machine, greeting: Greeting, outcome: Outcome): Verdict {
  const expected = expectedOf(machine, greeting, outcome.cell);
  if (outcome.exitCode === null) return wrong(['it hung'], []);
  if (outcome.stdout === '') return judgeRefusal(expected.refusal, outcome);
  const report = reportSchema.parse(JSON.parse(outcome.stdout));
  const { hooks } = report.plan;
  if (expected.refusal !== undefined) return wrong(['it should have been refused'], hooks);
  const problems = [
    ...judgeRun(outcome, report),
    ...judgePlan(expected, report),
    ...judgeTotals(outcome, report),
    ...judgeCommand(report),
  ];
  const inexact = problems.filter((problem) => problem.isPlanned);
  if (problems.length > inexact.length) {
    return wrong(
      problems.map(({ words }) => words),
      hooks,
    );
  }
  return {
    result: inexact.length > 0 ? 'approximate' : 'exact',
    words: inexact.map(({ words }) => words).join('; '),
    hooks,
  };
}

/** Something that is not as it should be. */
interface Problem {
  readonly words: string;
  /** The plan says that this may be. */
  readonly isPlanned?: boolean;
}

function wrong(words: readonly string[], hooks: Report['plan']['hooks']): Verdict {
  return { result: 'wrong', words: words.join('; '), hooks };
}

function judgeRefusal(expected: Refusal | undefined, { exitCode, stderr }: Outcome): Verdict {
  const [sentence = ''] = stderr.trim().split('\n');
  const said = `exit code ${exitCode}: ${sentence}`;
  if (expected === undefined) return wrong([said], []);
  if (exitCode !== 1 || !expected.says.test(stderr)) {
    return wrong([`${said}; it should say ${expected.says}`], []);
  }
  return { result: 'refused', words: sentence.replace(/^error: /, ''), hooks: [] };
}

function judgeRun({ exitCode, stderr }: Outcome, { audit, loss, notes }: Report): Problem[] {
  const problems: string[] = [];
  if (exitCode !== 0) problems.push(`exit code ${exitCode}`);
  if (stderr !== '') problems.push(`said on standard error: ${stderr.trim().split('\n')[0]}`);
  if (audit.completeness !== null && audit.completeness !== 100) {
    problems.push(`complete to ${audit.completeness} %`);
  }
  for (const name of ['lost_events', 'helper_errors', 'broken_lines', 'restarts'] as const) {
    if (loss[name] > 0) problems.push(`${name} ${loss[name]}`);
  }
  problems.push(...notes);
  return problems.map((words) => ({ words }));
}

function judgePlan(expected: Expected, { plan }: Report): Problem[] {
  return plan.hooks.flatMap(({ hook, attachment, reason }) => {
    const wanted = expected.hooks[hook];
    if (attachment === null && wanted instanceof RegExp) {
      return wanted.test(reason) ? [] : [{ words: `${hook} is absent because ${reason}` }];
    }
    return attachment === wanted
      ? []
      : [{ words: `${hook} is ${attachment ?? `absent (${reason})`}, not ${wanted}` }];
  });
}

/** The whole machine: what the storm made and what others did, who were few. */
function judgeTotals({ noise = [], pid }: Outcome, report: Report): Problem[] {
  const others = noise.filter(
    // We create the storm: that process is expected, not noise.
    (event) => !(event.pid === pid && event.kind === 'process_created'),
  );
  const problems = COUNTERS.flatMap((counter) => {
    const counted = report.system[counter];
    if (counted === null) return judgeAbsence(counter, report);
    const { certain, possible } = countNoise(others, counter, report);
    const least = MADE[counter] + certain;
    if (counted >= least && counted <= least + possible) return [];
    return [misses('counted', counter, counted, least, report)];
  });
  return [...problems, ...judgeErrors('counted', report.system.errors, report)];
}

/** What is absent must be so by the plan. */
function judgeAbsence(counter: Noise['kind'], { plan }: Report): Problem[] {
  const hook = plan.hooks.find((candidate) => candidate.hook === HOOK_OF[counter]);
  return hook?.quality === 'absent' ? [] : [{ words: `${counter} is absent, and its hook is not` }];
}

/** What the storm did is told apart in the kernel, where this bpftrace can. */
function judgeCommand(report: Report): Problem[] {
  const counters = report.command?.counters;
  if (counters == null) return [];
  const problems = COUNTERS.flatMap((counter) => {
    const counted = counters[counter];
    if (counted === null) return [];
    // A release that the kernel skipped is counted, but nobody knows whose it was.
    const unknown = counter === 'released' ? (report.unattributed?.unknown.released ?? 0) : 0;
    if (counted <= MADE[counter] && counted + unknown >= MADE[counter]) return [];
    return [misses('the command', counter, counted, MADE[counter], report)];
  });
  return [...problems, ...judgeErrors('the command', counters.errors, report)];
}

function misses(
  who: string,
  counter: Noise['kind'],
  counted: number,
  wanted: number,
  { plan }: Report,
): Problem {
  return {
    words: `${who} ${counter} ${counted} of ${wanted}`,
    isPlanned: isApproximate(HOOK_OF[counter], plan),
  };
}

function judgeErrors(who: string, errors: Report['system']['errors'], { plan }: Report): Problem[] {
  if (errors === null) return [];
  const { total, by_errno } = errors;
  if (total === STORM.refused && by_errno['EINVAL'] === STORM.refused) return [];
  return [
    {
      words: `${who} refusals ${JSON.stringify(by_errno)} of EINVAL ${STORM.refused}`,
      isPlanned: isApproximate('error', plan),
    },
  ];
}

function isApproximate(hook: string, plan: Report['plan']): boolean {
  return plan.hooks.find((candidate) => candidate.hook === hook)?.quality === 'approximate';
}
