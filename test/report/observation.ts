import type { Counters } from '../../src/counters/counters.ts';
import type { KernelTotals, Missed, Totals } from '../../src/counters/totals.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import type { FailedForkEvidence } from '../../src/diagnosis/failed-forks/evidence.ts';
import type { CommandObservation } from '../../src/report/build-command.ts';
import type { Observation } from '../../src/report/build-report.ts';
import type { CommandState } from '../../src/scopes/command/scope.ts';
import type { ScopesState } from '../../src/scopes/state.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { buildFacts, buildPlanFor, NO_LOSS } from '../builders.ts';

/** Counters that counted nothing, and what is different about them. */
export function buildCounters(different: Partial<Counters> = {}): Counters {
  return {
    process_created: 0,
    thread_created: 0,
    exec: 0,
    process_exited: 0,
    thread_exited: 0,
    released: 0,
    filtered: null,
    errors: {},
    ...different,
  };
}

/** What a snapshot holds, in short. */
export interface SnapshotParts extends Partial<Omit<Snapshot, 'totals'>> {
  /** The kernel's clock. */
  readonly seconds?: number;
  readonly counters?: Partial<Counters>;
  readonly missed?: Partial<Missed>;
  readonly knowsMissed?: boolean;
  readonly kernel?: Partial<KernelTotals> | null;
}

/** A snapshot of a machine on which nothing happened since the start, and what is different about it. */
export function buildSnapshot(parts: SnapshotParts = {}): Snapshot {
  const { seconds = 1000, counters, missed, knowsMissed = true, kernel = {}, ...rest } = parts;
  const nothing = { low: 0, high: 0 };
  const totals: Totals = {
    period: 0,
    kernelNs: seconds * 1e9,
    run: 0,
    counters: buildCounters(counters),
    missed: { create: 0, exec: 0, exit: 0, error: 0, ...missed },
    knowsMissed,
    kernel: kernel && { created: nothing, released: nothing, zombies: 0, ...kernel },
  };
  return {
    wallMs: Date.UTC(2026, 10, 22, 12, 0, 0, 250),
    totals,
    scopes: null,
    command: null,
    loss: NO_LOSS,
    diagnosis: null,
    ...rest,
  };
}

/** The snapshot ten seconds later, which closes the window, and what is different about it. */
export function buildClose(parts: SnapshotParts = {}): Snapshot {
  return buildSnapshot({ seconds: 1010, diagnosis: buildDiagnosis(), ...parts });
}

/** A quiet window of ten seconds, and what is different about it. */
export function buildObservation(different: Partial<Observation> = {}): Observation {
  return {
    facts: buildFacts(),
    plan: buildPlanFor(),
    open: buildSnapshot(),
    close: buildClose(),
    interrupted: false,
    notices: [],
    wants: { apps: false, cgroups: false },
    command: undefined,
    ...different,
  };
}

/** Of a machine on which there was nothing to find, and what is different about it. */
export function buildDiagnosis(different: Partial<Diagnosis> = {}): Diagnosis {
  return {
    failedForks: buildEvidence(),
    forkers: null,
    programs: null,
    lifetimes: null,
    timeline: null,
    nearLimits: { near: [], unknown: [] },
    people: [],
    zombieParents: [],
    ...different,
  };
}

/** Of a machine on which nothing comes near a limit, and what is different about it. */
export function buildEvidence(different: Partial<FailedForkEvidence> = {}): FailedForkEvidence {
  return {
    pids: [],
    callers: [],
    machine: [
      { cause: 'threads_max', errno: 11, name: 'kernel.threads-max', limit: 100_000, used: 100 },
      { cause: 'pid_max', errno: 11, name: 'kernel.pid_max', limit: 32_768, used: 100 },
    ],
    ...different,
  };
}

/** Scopes in which nothing was counted, and what is different about them. */
export function buildScopesState(different: Partial<ScopesState> = {}): ScopesState {
  return {
    apps: [],
    cgroups: [],
    dropped: buildCounters(),
    unattributed: buildCounters(),
    ...different,
  };
}

/** A command that succeeded at once, and what is different about it. */
export function buildCommandObservation(
  different: Partial<CommandObservation> = {},
): CommandObservation {
  return {
    argv: ['true'],
    user: null,
    exitCode: 0,
    signal: null,
    isRunning: false,
    seconds: 1,
    noCgroup: undefined,
    ...different,
  };
}

/** What a command did that did nothing, and what is different about it. */
export function buildCommandState(different: Partial<CommandState> = {}): CommandState {
  return {
    total: buildCounters(),
    comms: [],
    dropped: buildCounters(),
    unmarked: 0,
    ...different,
  };
}
