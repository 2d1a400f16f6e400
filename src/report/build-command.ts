import { buildAudit } from '../counters/audit.ts';
import { type Counters, countCreated, isAnyCount } from '../counters/counters.ts';
import type { ToldPlan } from '../plan/plan.ts';
import type { CommandState } from '../scopes/command/scope.ts';
import type { Window } from '../session/snapshot.ts';
import { buildCountersReport } from './build-counters.ts';
import { buildFailedExits, buildLifetimes, seesEndings } from './build-endings.ts';
import { buildScopeList } from './build-scopes.ts';
import { toText } from './byte-text.ts';
import type { Report } from './report.ts';
import { nameSignal } from './signal-names.ts';

/** How the watched command went. */
export interface CommandObservation {
  readonly argv: readonly string[];
  /** Whom it ran as, where that is another user than ours. */
  readonly user: string | null;
  readonly exitCode: number;
  readonly signal: { readonly number: number; readonly name: string } | null;
  /** It had not ended when the window was closed. */
  readonly isRunning: boolean;
  readonly seconds: number;
  /** Why it had no cgroup of its own; `undefined` where it had one, or where counts are not kept apart. */
  readonly noCgroup: string | undefined;
}

/** @see man:wait(2) */
const SIGNAL_MASK = 0x7f;

type CommandReport = NonNullable<Report['command']>;

/** Build the part of a report that is about the command. It starts in the window: what it did since the start is the window's. */
export function buildCommand(
  window: Window,
  command: CommandObservation,
  plan: ToldPlan,
): CommandReport {
  const state = window.open.command === null ? null : window.close.command;
  const reasons = state === null ? [] : listEscapes(window, command, state.unmarked);
  const { exitCode, signal } = findEnd(command, state?.exitCode);
  return {
    argv: [...command.argv],
    user: command.user,
    exit_code: exitCode,
    signal,
    running: command.isRunning,
    seconds: command.seconds,
    told_apart_by:
      state === null ? null : command.noCgroup === undefined ? 'cgroup and descent' : 'descent',
    counters: state === null ? null : buildCountersReport(state.total),
    comms: state === null ? null : buildPrograms(state.comms, seesEndings(plan)),
    dropped: state === null ? null : buildCountersReport(state.dropped),
    escaped:
      state === null ? null : { at_most: countOthers(window, state.total, reasons), reasons },
  };
}

/** Node.js knows no real-time signals: it says of a command that one of them ended that it exited with 0. */
function findEnd(
  { exitCode, signal, isRunning }: CommandObservation,
  told: number | undefined,
): Pick<CommandObservation, 'exitCode' | 'signal'> {
  const number = (told ?? 0) & SIGNAL_MASK;
  if (isRunning || exitCode !== 0 || signal !== null || number === 0) return { exitCode, signal };
  return {
    exitCode: 128 + number,
    signal: { number, name: nameSignal(number).replace('SIG', '') },
  };
}

/** @param hasEndings - How processes ended is known. */
function buildPrograms(comms: CommandState['comms'], hasEndings: boolean) {
  const endings = new Map(comms.map((one) => [toText(one.name), one.endings]));
  return buildScopeList(comms).map((program) => {
    const ended = hasEndings ? endings.get(program.name) : undefined;
    return {
      ...program,
      failed_exits: ended === undefined ? null : buildFailedExits(ended.failures),
      lifetimes: ended === undefined ? null : buildLifetimes(ended.lifetimes),
    };
  });
}

/** What the reader must know of the command's counters. */
export function noteCommand(window: Window, command: CommandObservation): string[] {
  const state = window.close.command;
  if (window.close.scopes === null) return [];
  if (state === null) {
    return [
      `what the command did cannot be told apart here: it has no cgroup of its own, because ${command.noCgroup}, and our process ids are not the kernel's`,
    ];
  }
  return [
    ...(command.noCgroup === undefined
      ? []
      : [`the command has no cgroup of its own: ${command.noCgroup}; it is told apart by descent`]),
    ...(state.total.released === null && window.close.totals.counters.released !== null
      ? [
          'how many of the command’s tasks were released is not known: some tasks of the machine are not released yet, and whose they are cannot be seen here',
        ]
      : []),
    ...(isAnyCount(state.dropped)
      ? [
          'some of what the command did stands under no name, because the kernel’s table was full; a larger --pid-table-size has room for it',
        ]
      : []),
    ...listEscapes(window, command, state.unmarked).map(
      (reason) => `the command may have done more than is shown: ${reason}`,
    ),
  ];
}

/** Why events of the command may have been counted as those of others. */
function listEscapes(
  { open, close }: Window,
  { noCgroup }: CommandObservation,
  unmarked: number,
): string[] {
  const missedOf = (event: keyof typeof close.totals.missed) =>
    close.totals.missed[event] - open.totals.missed[event];
  const missed = missedOf('create');
  const others = missedOf('exec') + missedOf('exit') + missedOf('error');
  const restarts = close.loss.restarts - open.loss.restarts;
  const lossOf = (what: keyof typeof close.loss) => close.loss[what] - open.loss[what];
  // A dump that is only late loses nothing: its counts stand in the next one.
  const isSpoiled = lossOf('lostEvents') + lossOf('brokenLines') > 0;
  const lostDumps = isSpoiled ? lossOf('lostDumps') : 0;
  const outside = noCgroup === undefined ? ' once they had left its cgroup' : '';
  return [
    ...(unmarked > 0
      ? [
          `the kernel’s table had no room to mark ${unmarked} of its processes, which are not known for its own${outside}; a larger --pid-table-size has`,
        ]
      : []),
    ...(missed > 0
      ? [
          `the kernel missed ${missed} creations, and a task of the command's that was one of them is not known for its own${outside}`,
        ]
      : []),
    ...(others > 0
      ? [`the kernel missed ${others} execs, exits or failed forks, and nobody knows whose`]
      : []),
    ...(lostDumps > 0
      ? [`${lostDumps} dumps of bpftrace were lost, with what the command did meanwhile`]
      : []),
    ...(restarts > 0
      ? [
          `bpftrace was started again: nothing was counted meanwhile, and processes that ran then are not known for its own${outside}`,
        ]
      : []),
  ];
}

/** Not more can have escaped than all that the kernel created beside what was counted as the command's. */
function countOthers(
  { open, close }: Window,
  own: Counters,
  reasons: readonly string[],
): number | null {
  if (reasons.length === 0) return 0;
  const { forks } = buildAudit(open.totals, close.totals);
  const counted = countCreated(own);
  return forks === null || counted === null ? null : Math.max(0, forks.high - counted);
}
