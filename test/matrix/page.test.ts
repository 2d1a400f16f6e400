import { expect, test } from 'vitest';
import type { Asked, Cell, Machine } from './cells.ts';
import { renderPage } from './page.ts';
import { summarize } from './summary.ts';
import type { Judged } from './table.ts';
import type { Verdict } from './verdict.ts';

const MACHINE: Machine = { kernel: 'bullseye', bpftrace: 'bullseye', lockdown: 'none' };
const ASKED: Asked = {
  mode: 'entry',
  typeFormat: 'auto',
  coReTracing: 'trampoline',
  mapsPerCore: true,
};
const CELL: Cell = { hidden: 'nothing', asked: ASKED };
const EXACT: Verdict = { result: 'exact', words: '', events: [] };
const WITHOUT_ERROR: Verdict['events'][number] = {
  event: 'error',
  attach_type: null,
  attach_points: [],
  quality: 'absent',
  reason: 'the load mode is entry',
  rejected: [],
};

function judged(bpftrace: string, kernel: string, different: Partial<Judged> = {}): Judged {
  const greeting = { kernel: `${kernel}-cloud-amd64`, bpftrace, cpus: 1 };
  return { machine: MACHINE, greeting, cell: CELL, ran: true, verdict: EXACT, ...different };
}

const JUDGED: readonly Judged[] = [
  judged('0.17.0', '6.1.0-50'),
  judged('0.23.2', '5.10.0-32', { ran: false, verdict: { ...EXACT, events: [WITHOUT_ERROR] } }),
  judged('0.11.3', '5.10.0-32', {
    cell: { ...CELL, hidden: 'debugfs' },
    verdict: { result: 'refused', words: 'debugfs is not mounted', events: [] },
  }),
  judged('0.11.3', '5.10.0-32', {
    machine: { ...MACHINE, lockdown: 'integrity' },
    verdict: { result: 'wrong', words: 'it hung', events: [] },
  }),
];

test('the summary says what ran, and what came of it, in five lines', () => {
  expect(summarize(JUDGED)).toEqual([
    'Machines: Linux 5.10 with bpftrace 0.11.3 and 0.23.2, 6.1 with 0.17.0.',
    "4 settings in 3 runs, 2 of them in lockdown or without BTF, debugfs, tracefs, a loadavg of the kernel's own, real-time priority or room in the cgroup. The workload: 3,007 processes, 97 threads, 151 execs and 53 failed forks.",
    'Counted to the last one: 2; in 1 of them an event is absent, with the reason.',
    'Refused, with the reason: 1.',
    'Approximate, and marked so: 0. Wrong: 1.',
  ]);
});

test('the page has the summary, a row for each result, and what each absence is for', () => {
  const page = renderPage(JUDGED, ['sid: Debian sid cannot be unpacked'], '2026-11-26');
  expect(page).toContain('## Summary of 2026-11-26\n\n- Machines: Linux 5.10');
  expect(page).toContain('| 5.10.0-32 | 0.11.3 | debugfs |');
  expect(page).toContain('- error absent: the load mode is entry (1 settings)');
  expect(page).toContain('- left out: sid: Debian sid cannot be unpacked');
});
