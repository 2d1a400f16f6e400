import { nameNarrowed } from '../report/narrowed-words.ts';
import { renderVerdict } from '../report/page-verdict.ts';
import { fill } from './cut.ts';
import { renderGraphs } from './graphs.ts';
import { renderGroups } from './group-table.ts';
import { KEYS } from './keys.ts';
import { type Line, line, toTerminal } from './line.ts';
import { renderPrograms } from './program-table.ts';
import { NOTICE_MS, type Seen, type WatchState } from './state.ts';
import { renderTrust } from './trust.ts';
import type { Update } from './update.ts';

/** What the screen has to know besides the state. */
export interface ScreenOptions {
  readonly columns: number;
  readonly rows: number;
  readonly intervalSeconds: number;
  /** The terminal takes no UTF-8. */
  readonly isAscii: boolean;
  /** The time of day of a moment in milliseconds since 1970. */
  showTime(ms: number): string;
}

/** Terminals with fewer lines show what matters without a frame around it. */
const FRAMED_ROWS = 8;

/** Below this there is no room for graphs. */
const GRAPH_ROWS = 16;

/** Share of the screen that the verdict may take. */
const VERDICT_SHARE = 0.4;

/** On a narrower terminal lines of the verdict are cut. */
const LEAST_COLUMNS = 40;

const MOST_NOTICES = 2;

/** The whole screen: at most so many lines, each at most so wide, without a control character. */
export function renderScreen(state: WatchState, options: ScreenOptions): Line[] {
  const { columns, rows, isAscii } = options;
  return layOut(state, options)
    .slice(0, rows)
    .map((one) => toTerminal(one, columns, isAscii));
}

function layOut(state: WatchState, options: ScreenOptions): Line[] {
  const { rows } = options;
  const seen = state.paused ?? state.seen;
  const isFramed = rows >= FRAMED_ROWS;
  const head = isFramed ? [renderHead(state, seen, options)] : [];
  const foot = isFramed ? [renderFoot(state, options)] : [];
  const height = rows - head.length - foot.length;
  const body = renderBody(state, seen, options, height).slice(0, height);
  const blanks = Array.from({ length: height - body.length }, () => line(''));
  return [...head, ...body, ...blanks, ...foot];
}

function renderBody(
  state: WatchState,
  { update, history }: Seen,
  options: ScreenOptions,
  height: number,
): Line[] {
  const { columns, rows, intervalSeconds, isAscii } = options;
  if (state.isHelp) return KEYS.map(([key, does]) => line(`${key.padEnd(8)}${does}`));
  const notices = renderNotices(state, update);
  if (update === undefined) {
    return [line(`counting: the first interval ends in ${intervalSeconds} s`), ...notices];
  }
  const gap = rows >= 20 ? [line('')] : [];
  const verdict = renderFindings(update, columns, Math.max(1, Math.floor(height * VERDICT_SHARE)));
  const graphs =
    rows >= GRAPH_ROWS ? [...gap, ...renderGraphs(history, intervalSeconds, columns, isAscii)] : [];
  const trust = rows >= GRAPH_ROWS ? renderTrust(update.report) : [];
  const below = [...renderNarrowed(update), ...trust, ...notices];
  const left = height - verdict.length - graphs.length - below.length;
  const tables = renderTables(state, update, columns, left - gap.length, gap);
  const blanks = Array.from({ length: Math.max(0, left - tables.length) }, () => line(''));
  return [...verdict, ...graphs, ...tables, ...blanks, ...below];
}

/** Programs above, groups below: each has half of the lines, and what the other leaves. */
function renderTables(
  state: WatchState,
  { report }: Update,
  columns: number,
  height: number,
  gap: readonly Line[],
): Line[] {
  if (height < 8) return [...gap, ...renderPrograms(report, state, columns, height)];
  const room = height - gap.length;
  const half = Math.ceil(room / 2);
  const groups = renderGroups(report, state, columns, room - half);
  const programs = renderPrograms(report, state, columns, room - groups.length);
  const more = renderGroups(report, state, columns, room - programs.length);
  return [...gap, ...programs, ...gap, ...more];
}

function renderFindings({ report }: Update, columns: number, lines: number): Line[] {
  const looks = { critical: 'red', warning: 'yellow' } as const;
  const severities = report.verdict.map(({ severity }) => severity);
  const look = looks[severities.includes('critical') ? 'critical' : 'warning'];
  const room = { columns: Math.max(columns, LEAST_COLUMNS), lines };
  return renderVerdict(report, (_, text) => text, room)
    .split('\n')
    .slice(0, lines)
    .map((text) => (text.startsWith('! ') ? line(text, look) : line(text)));
}

function renderHead(state: WatchState, { update }: Seen, options: ScreenOptions): Line {
  const { columns, intervalSeconds, showTime } = options;
  if (update === undefined) return line('ebpf-processes watch', 'bold');
  const { host, window } = update.report;
  const left = `${showTime(update.point.endMs)}  every ${intervalSeconds} s, tables of the last ${window.seconds.toFixed(0)} s`;
  const right =
    state.paused === undefined
      ? `Linux ${host.kernel}, ${host.cpus} CPUs, bpftrace ${host.bpftrace}`
      : 'PAUSED';
  const room = columns - left.length - 2;
  return line(room < right.length ? left : left + fill(right, room + 2, 'right'), 'bold');
}

function renderFoot(
  { typed, filter, sort, groups, paused }: WatchState,
  { columns }: ScreenOptions,
): Line {
  const text =
    typed === undefined
      ? [
          'q quit',
          paused === undefined ? 'p pause' : 'p go on (PAUSED)',
          `s sort: ${sort}`,
          `g groups: ${groups}`,
          filter === '' ? '/ filter' : `/ filter: ${filter}`,
          '? help',
        ].join('  ')
      : `filter: ${typed}_`;
  return line(fill(text, columns, 'left'), 'inverse');
}

function renderNarrowed({ report }: Update): Line[] {
  const { narrowed } = report;
  return narrowed === undefined ? [] : [line(`Narrowed to ${nameNarrowed(narrowed)}`, 'yellow')];
}

function renderNotices({ notices }: WatchState, update: Update | undefined): Line[] {
  const nowMs = update === undefined ? 0 : update.point.endMs;
  return notices
    .filter(({ atMs }) => atMs === Number.NEGATIVE_INFINITY || nowMs - atMs < NOTICE_MS)
    .slice(-MOST_NOTICES)
    .map(({ text }) => line(text, 'yellow'));
}
