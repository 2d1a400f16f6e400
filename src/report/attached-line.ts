import { type EventPlan, isAttached, type Plan } from '../plan/plan.ts';

/** What is attached, and how, as one sentence for a log: `create (tracepoint), …; not error`. */
export function describeAttached({ events, keying }: Plan): string {
  const counted = events.filter(({ quality }) => quality !== 'absent').map(describeEvent);
  const absent = events.filter(({ quality }) => quality === 'absent').map(({ event }) => event);
  const not = absent.length === 0 ? '' : `, not ${absent.join(', ')}`;
  return `counts ${counted.join(', ')}${not}${keying === null ? '' : ', apart by task'}`;
}

function describeEvent(event: EventPlan): string {
  if (!isAttached(event)) return `${event.event} (the kernel's own numbers)`;
  const doubt = event.quality === 'approximate' ? ', approximate' : '';
  return `${event.event} (${event.attachType}${doubt})`;
}
