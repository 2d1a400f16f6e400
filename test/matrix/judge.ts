import { type Report, reportSchema } from '../../src/report/report.ts';
import type { Machine } from './cells.ts';
import { expectedOf, type Rejection } from './expected.ts';
import { judgeCommand, judgeTotals } from './judge-counts.ts';
import { judgePlan } from './judge-plan.ts';
import { FULL, type Greeting, type Outcome } from './outcome.ts';
import { type EventReport, findEvent, type Problem, type Verdict } from './verdict.ts';

/** Hold one run against what must come of it. */
export function judge(machine: Machine, greeting: Greeting, outcome: Outcome): Verdict {
  const expected = expectedOf(machine, greeting, outcome.cell);
  if (outcome.exitCode === null) return wrong(['it hung'], []);
  if (outcome.stdout === '') return judgeRefusal(expected.refusal, outcome);
  const { success, data: report } = reportSchema.safeParse(parseJson(outcome.stdout));
  if (!success) return wrong(['its report is not of the schema'], []);
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
  return {
    result: problems.length > 0 ? 'approximate' : 'exact',
    words: joinExcuses(problems),
    events,
  };
}

/** Each excuse once, with all that it is for. */
function joinExcuses(problems: readonly Problem[]): string {
  return [...new Set(problems.map(({ excuse }) => excuse))]
    .map((excuse) => {
      const found = problems.filter((problem) => problem.excuse === excuse);
      return `${excuse} (${found.map(({ words }) => words).join(', ')})`;
    })
    .join('; ');
}

/** @returns `undefined` where it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wrong(words: readonly string[], events: readonly EventReport[]): Verdict {
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

function judgeRun({ exitCode, stderr, cell }: Outcome, report: Report): Problem[] {
  const { audit, loss, notes } = report;
  const isMissed = Object.values(loss.missed ?? {}).some((events) => events > 0);
  // Whose an event was that the kernel missed is said of the command too.
  const problems = notes.filter((note) => !(isMissed && note.includes(': the kernel missed ')));
  if (exitCode !== 0) problems.push(`exit code ${exitCode}`);
  if (stderr !== '') problems.push(`said on standard error: ${stderr.trim().split('\n')[0]}`);
  // A cgroup that is full makes too few tasks for a check, and without the kernel's own numbers there is none.
  const isChecked =
    cell.hidden !== 'room' &&
    findEvent(report, 'create').quality !== 'absent' &&
    findEvent(report, 'release').quality !== 'absent';
  if (audit.completeness === null ? isChecked : audit.completeness < 100) {
    problems.push(`complete to ${audit.completeness} %`);
  }
  for (const name of ['lost_events', 'helper_errors', 'broken_lines', 'restarts'] as const) {
    if (loss[name] > 0) problems.push(`${name} ${loss[name]}`);
  }
  return [...problems, ...judgeBalance(report)].map((words) => ({ words }));
}

/** Each task that exited was released or is a zombie, by three sources. */
function judgeBalance(report: Report): string[] {
  const { exited, released, zombies, difference, edge } = report.balance;
  const isChecked = (['exit', 'release'] as const).every(
    (event) => findEvent(report, event).quality !== 'absent',
  );
  const holds = difference !== null && Math.abs(difference) <= (edge ?? 0);
  if (isChecked ? holds : difference === null) return [];
  return [`${exited} exited, ${released} were released, and zombies grew by ${zombies}`];
}

/** The limit that forks met must be named, with exactly how often they met it, and first of all what is wrong. */
function judgeFull({ failed_forks: { causes }, system: { errors }, verdict }: Report): Problem[] {
  const found = causes.map(({ cause, errno, count, cgroup, limit, used }) =>
    [cause, errno, count, cgroup, limit, used].join(' '),
  );
  const { path, limit, failedForks } = FULL;
  const wanted = `cgroup_pids EAGAIN ${failedForks} /sys/fs/cgroup${path} ${limit} ${limit}`;
  const counted = errors?.by_errno['EAGAIN'];
  const [first] = verdict;
  const isTold = first?.finding === 'forks_fail' && first.next === causes[0]?.remedy;
  return [
    ...(isTold ? [] : [{ words: `began with ${first?.sentence ?? 'nothing unusual'}` }]),
    ...(found.join() === wanted ? [] : [{ words: `named ${found.join(', ') || 'no limit'}` }]),
    ...(counted === failedForks
      ? []
      : [{ words: `counted ${counted} of ${failedForks} failed forks` }]),
  ];
}
