import { EVENT_NAMES } from '../report/event-names.ts';
import { renderPlan } from '../report/page.ts';
import { renderTable, type Style } from '../report/page-table.ts';
import { wrapText } from '../report/wrap.ts';
import type { Check } from './check.ts';
import type { Diagnosis } from './diagnosis.ts';

/** A finding is not broken into lines that are narrower than this. */
const MOST_NARROW = 30;

const COLOURS = { ok: 'dim', warning: 'yellow', error: 'red' } as const;

export interface DoctorPageOptions {
  /** All checks with their sources, and the plan. */
  readonly isVerbose: boolean;
  /** Columns of the terminal. */
  readonly columns: number;
}

/** The diagnosis as a page: the verdict, then what matters. */
export function renderDiagnosis(
  diagnosis: Diagnosis,
  style: Style,
  { isVerbose, columns }: DoctorPageOptions,
): string {
  const { checks, plan, can_run, verdict } = diagnosis;
  const parts = isVerbose
    ? [renderChecks(checks, style, columns, true), plan === null ? '' : renderPlan(plan, style)]
    : [
        renderInexact(diagnosis, style, columns),
        renderChecks(checks.filter(matters), style, columns, false),
      ];
  const rest = isVerbose ? '' : describeRest(checks);
  return [
    wrapText(`${verdict}.`, columns)
      .map((line) => style(can_run ? 'bold' : 'red', line))
      .join('\n'),
    ...parts,
    [rest, can_run ? 'Start with: ebpf-processes' : ''].filter((line) => line !== '').join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Worse first. What something else takes the place of stands in the plan. */
function matters({ state, spare }: Check): boolean {
  return state === 'error' || (state === 'warning' && spare !== true);
}

/** What is not exact, and why nothing better is there. */
function renderInexact({ plan, wants_errors }: Diagnosis, style: Style, columns: number): string {
  const inexact = (plan?.events ?? []).filter(
    ({ event, quality }) => quality !== 'exact' && (event !== 'error' || wants_errors),
  );
  const rows = inexact.map(({ event, quality, reason, rejected }) => ({
    state: style('yellow', quality),
    name: EVENT_NAMES[event],
    text: [
      reason.split('; ').at(-1) ?? '',
      ...rejected.map((other) => `not taken: ${other.candidate}: ${other.reason}`),
    ],
  }));
  return rows.length === 0 ? '' : renderRows(['', 'event', 'why'], rows, style, columns);
}

function renderChecks(
  checks: readonly Check[],
  style: Style,
  columns: number,
  isVerbose: boolean,
): string {
  const rows = checks.map(({ state, name, finding, checked, remedy }) => ({
    state: style(COLOURS[state], state),
    name,
    text: [finding, ...(isVerbose ? [`checked: ${checked}`] : [])],
    remedy,
  }));
  return rows.length === 0 ? '' : renderRows(['', 'check', 'finding'], rows, style, columns);
}

interface Row {
  readonly state: string;
  readonly name: string;
  /** The first is the finding. */
  readonly text: readonly string[];
  /** Stays on one line, so that it can be copied. */
  readonly remedy?: string | null;
}

/** States are at most this wide. */
const STATE_COLUMNS = 'approximate'.length;

function renderRows(
  head: readonly string[],
  rows: readonly Row[],
  style: Style,
  columns: number,
): string {
  const names = Math.max(...rows.map(({ name }) => name.length));
  const left = Math.max(MOST_NARROW, columns - STATE_COLUMNS - names - 4);
  return renderTable(
    head,
    rows.flatMap(({ state, name, text: [finding = '', ...others], remedy }) => {
      const [first = '', ...more] = wrapText(finding, left);
      return [
        [state, name, first],
        ...more.map((line) => ['', '', line]),
        ...others.flatMap((one) => wrapText(one, left)).map((line) => ['', '', style('dim', line)]),
        ...(remedy == null ? [] : [['', '', style('bold', `remedy: ${remedy}`)]]),
      ];
    }),
    style,
  );
}

function describeRest(checks: readonly Check[]): string {
  const good = checks.filter(({ state }) => state === 'ok').length;
  const spares = checks.filter((check) => check.state !== 'ok' && !matters(check)).length;
  return [
    `${good} checks are ok`,
    ...(spares === 0 ? [] : [`${spares} concern ways to attach that are not needed`]),
  ]
    .join(', ')
    .concat('; -v shows all');
}
