import type { Report } from '../report.ts';
import { html, type Markup } from './markup.ts';
import { renderTable } from './table.ts';

type Event = Report['plan']['events'][number];

/** The totals of the whole machine, and what each is worth. */
export function renderCounters({ system, window, plan }: Report): Markup {
  const row = (name: string, event: Event['event'], value: number | null) => ({
    name,
    value,
    event: plan.events.find((planned) => planned.event === event),
  });
  const rows = [
    row('processes created', 'create', system.process_created),
    row('threads created', 'create', system.thread_created),
    row('execs', 'exec', system.exec),
    row('processes exited', 'exit', system.process_exited),
    row('threads exited', 'exit', system.thread_exited),
    row('tasks released', 'release', system.released),
    row('failed forks', 'error', system.errors?.total ?? null),
  ];
  return renderTable(
    'The whole machine',
    '',
    [
      { title: 'event', cell: ({ name }) => name },
      {
        title: 'total',
        kind: 'number',
        cell: ({ value }) => value ?? 'absent',
      },
      {
        title: 'per second',
        kind: 'number',
        cell: ({ value }) =>
          value === null || window.seconds <= 0 ? '-' : (value / window.seconds).toFixed(1),
      },
      { title: 'worth', kind: 'name', cell: ({ event, value }) => describeWorth(event, value) },
    ],
    rows,
    rows.length,
  );
}

function describeWorth(event: Event | undefined, value: number | null): Markup {
  if (event === undefined) return html`absent`;
  const { quality, reason } = event;
  const word = value === null ? 'absent' : quality;
  return word === 'exact' ? html`exact` : html`${word}: ${reason.split('; ').at(-1) ?? ''}`;
}
