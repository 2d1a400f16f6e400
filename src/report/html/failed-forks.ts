import { nameCause } from '../page-failed-forks.ts';
import { groupDigits } from '../page-table.ts';
import type { Report } from '../report.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { renderTable } from './table.ts';

type FailedForks = Report['failed_forks'];

interface Row
  extends Pick<FailedForks['causes'][number], 'count' | 'used' | 'limit' | 'remedy' | 'lasting'> {
  readonly at: string;
}

/** Why forks failed, what removes the cause, and whose they were. */
export function renderFailedForks(
  { causes, callers, unexplained, filtered }: FailedForks,
  most: number,
): Markup {
  const rows: Row[] = [
    ...causes.map((cause) => ({
      ...cause,
      at: `${cause.certain ? '' : 'probably '}${nameCause(cause)}`,
    })),
    ...Object.entries(unexplained ?? {}).map(([errno, count]) => ({
      ...{ at: `cause unknown (${errno})`, count, used: null, limit: null },
      ...{ remedy: null, lasting: null },
    })),
  ];
  return html`${renderTable(
    'Failed forks',
    '',
    [
      { title: 'at', cell: ({ at }) => at },
      { title: 'times', kind: 'number', cell: ({ count }) => count },
      { title: 'used', kind: 'number', cell: ({ used }) => used ?? '-' },
      { title: 'limit', kind: 'number', cell: ({ limit }) => limit ?? '-' },
      { title: 'what removes it', kind: 'name', cell: renderRemedies },
    ],
    rows,
    most,
  )}${renderTable(
    'Whose forks failed',
    '',
    [
      { title: 'program', cell: ({ comm, pid }) => `${comm} (${pid})` },
      { title: 'processes', kind: 'number', cell: ({ processes }) => processes },
      { title: 'user', kind: 'number', cell: ({ user }) => (user === null ? '-' : String(user)) },
      { title: 'unit', kind: 'name', cell: ({ unit }) => unit ?? '-' },
      { title: 'error', kind: 'name', cell: ({ errno }) => errno },
      { title: 'times', kind: 'number', cell: ({ count }) => count },
    ],
    callers,
    most,
  )}${
    filtered === null || filtered === 0
      ? NOTHING
      : html`<p class="soft">${groupDigits(filtered)} calls were filtered (seccomp, ptrace): no failed forks, the kernel was not asked</p>`
  }`;
}

function renderRemedies({ remedy, lasting }: Row): Markup {
  return html`${remedy === null ? NOTHING : html`<p>now: <code>${remedy}</code></p>`}${lasting === null ? NOTHING : html`<p>to stay: <code>${lasting}</code></p>`}`;
}
