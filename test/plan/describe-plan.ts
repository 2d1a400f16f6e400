import { type EventPlan, isAttached, type Plan } from '../../src/plan/plan.ts';

/** All that a plan decides: `what: …`, one line each. */
export function describePlan(plan: Plan): string[] {
  return [...plan.events.flatMap(describeEvent), ...describeWays(plan)];
}

/**
 * What is different in the second plan. A line that takes the place of another stands alone; `no` is before one that is
 * gone. Why a candidate is exact is left out: it follows from its name.
 */
export function describeDifference(before: Plan, after: Plan): string[] {
  const [lines, others] = [describePlan(before), describePlan(after)];
  const added = others.filter((line) => !lines.includes(line) && !isReason(line));
  const removed = lines
    .filter((line) => !others.includes(line) && !isReason(line))
    .filter((line) => !added.some((other) => subjectOf(other) === subjectOf(line)));
  return [...removed.map((line) => `no ${line}`), ...added];
}

function describeEvent(event: EventPlan): string[] {
  const { event: name, quality, attachType, reason, rejected } = event;
  return [
    isAttached(event)
      ? `${name}: ${quality}, ${event.attachPoints.join(' ')}, in ${event.maps.join(' ')}`
      : `${name}: ${quality}`,
    isAttached(event)
      ? `${name} by ${event.candidate} (${event.family}, ${attachType}), ${quality} because: ${reason}`
      : `${name} has nothing attached: ${reason}`,
    ...rejected.map((rejection) => `${name} not by ${rejection.candidate}: ${rejection.reason}`),
  ];
}

function describeWays({ keying, task, fentryWords, ...plan }: Plan): string[] {
  const keys =
    keying?.by === 'types' ? `by types, ${keying.hasOwnIds ? 'own' : 'read'} ids` : keying?.by;
  const events = keying?.cgroupEvents;
  return [
    `keys: ${keys ?? 'none'}`,
    `cgroup events: ${events ? `${events.path}, ${events.canLoop ? 'loop' : 'no loop'}` : 'none'}`,
    `tables: ${plan.tables}${plan.losesNewKeys ? ', keys end with the CPU' : ''}`,
    `task: ${task === null ? 'not read' : `read, its start at ${task.start}`}`,
    `words: ${fentryWords.fentry}, ${fentryWords.fexit}`,
    `real time: ${plan.isRealTime}`,
    ...plan.warnings.map((warning) => `warning: ${warning}`),
    ...plan.notes.map((note) => `note: ${note}`),
  ];
}

function isReason(line: string): boolean {
  return / by .*, exact because: /.test(line);
}

function subjectOf(line: string): string {
  return line.slice(0, line.indexOf(':'));
}
