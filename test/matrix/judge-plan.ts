import type { Report } from '../../src/report/report.ts';
import type { Expected } from './expected.ts';
import type { EventReport, Problem } from './verdict.ts';

/** Hold the plan of a report against what each event must be attached to. */
export function judgePlan({ events, exitFunction }: Expected, { plan }: Report): Problem[] {
  return plan.events.flatMap((found) => {
    const { event, reason, rejected } = found;
    const wanted = events[event];
    const way = describeWay(found);
    if (way === 'absent' && wanted instanceof RegExp) {
      return wanted.test(reason) ? [] : [{ words: `${event} is absent because ${reason}` }];
    }
    const wantedWay =
      event === 'exit' && exitFunction !== undefined ? `${wanted} with ${exitFunction}` : wanted;
    if (way === wantedWay) return [];
    const why = rejected.find(({ candidate }) =>
      candidate.startsWith(`${event}.${wanted}`),
    )?.reason;
    const words = `${event} is ${way === 'absent' ? `absent (${reason})` : way}, not ${wantedWay}`;
    return [{ words: why === undefined ? words : `${words} (${why})` }];
  });
}

/** `tracepoint`, `tracepoint with kprobe` where a function is attached beside it, `computed` or `absent`. */
export function describeWay({ attach_type, attach_points, quality }: EventReport): string {
  if (attach_type === null) return quality === 'absent' ? 'absent' : 'computed';
  if (!attach_type.endsWith('tracepoint')) return attach_type;
  const besides = attach_points.map(functionType).find((type) => type !== undefined);
  return besides === undefined ? attach_type : `${attach_type} with ${besides}`;
}

function functionType(attachPoint: string): string | undefined {
  // Before 0.18 bpftrace calls fentry kfunc.
  if (/^(?:fentry|kfunc):/.test(attachPoint)) return 'fentry';
  return attachPoint.startsWith('kprobe:') ? 'kprobe' : undefined;
}
