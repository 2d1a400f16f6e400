import type { Report } from './report.ts';

type Event = Report['plan']['events'][number]['event'];

/** What a page calls what is counted of each event. */
export const EVENT_NAMES: Readonly<Record<Event, string>> = {
  create: 'created processes and threads',
  exec: 'execs',
  exit: 'exits',
  release: 'released tasks',
  error: 'failed forks',
};
