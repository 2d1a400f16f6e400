import { buildAudit } from '../counters/audit.ts';
import { type Balance, buildBalance, isBalanced } from '../counters/balance.ts';
import { type Counters, subtractCounters } from '../counters/counters.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { countUncounted } from '../diagnosis/failed-forks/explain.ts';
import type { HostFacts } from '../host/facts.ts';
import { isAttached, type ToldPlan } from '../plan/plan.ts';
import type { Wanted } from '../scopes/narrow/wanted.ts';
import { subtractScopes } from '../scopes/state.ts';
import type { Window } from '../session/snapshot.ts';
import { buildCommand, type CommandObservation, noteCommand } from './build-command.ts';
import { buildCountersReport } from './build-counters.ts';
import { buildDiagnosisReport } from './build-diagnosis.ts';
import { buildFailedForks } from './build-failed-forks.ts';
import { buildNarrowed } from './build-narrowed.ts';
import { buildNearLimits } from './build-near-limits.ts';
import { buildScopes } from './build-scopes.ts';
import { toText } from './byte-text.ts';
import type { Report } from './report.ts';
import { buildVerdict } from './verdict/build-verdict.ts';
import type { Findable } from './verdict/finding.ts';

/** What a report tells of a machine. */
export interface ToldFacts extends Pick<HostFacts, 'btf' | 'cpus'> {
  readonly kernel: Pick<HostFacts['kernel'], 'release'>;
  readonly bpftrace: Pick<HostFacts['bpftrace'], 'version'>;
}

/** Everything that is known after a window. */
export interface Observation extends Window {
  readonly facts: ToldFacts;
  readonly plan: ToldPlan;
  readonly interrupted: boolean;
  readonly notices: readonly string[];
  /** Which scopes the report lists. */
  readonly wants: { readonly apps: boolean; readonly cgroups: boolean };
  readonly command: CommandObservation | undefined;
  /** What the report is narrowed to; absent for everything. */
  readonly wanted?: Wanted | undefined;
}

/** Build the report of a window. */
export function buildReport(observation: Observation): Report {
  const { facts, plan, wants, open, close, command } = observation;
  const counters = subtractCounters(close.totals.counters, open.totals.counters);
  const system = buildCountersReport(counters);
  const diagnosis = close.diagnosis ?? NOTHING_FOUND;
  const balance = buildBalance(open.totals, close.totals);
  const narrowed = buildNarrowed(observation, observation.wanted);
  const { errors, filtered } = narrowed?.counters ?? counters;
  const found: Findable = {
    schema_version: 2,
    window: {
      start: new Date(open.wallMs).toISOString(),
      start_uptime: open.totals.kernelNs / 1e9,
      seconds: (close.totals.kernelNs - open.totals.kernelNs) / 1e9,
      interrupted: observation.interrupted,
    },
    host: {
      kernel: facts.kernel.release,
      bpftrace: facts.bpftrace.version,
      btf: facts.btf,
      cpus: facts.cpus,
    },
    plan: buildPlanReport(plan),
    system,
    ...(narrowed === undefined ? {} : { narrowed: narrowed.report }),
    failed_forks: buildFailedForks(diagnosis.failedForks, errors, filtered),
    ...buildScopes(
      wants,
      close.scopes === null || open.scopes === null
        ? null
        : (narrowed?.scopes ?? subtractScopes(close.scopes, open.scopes)),
    ),
    diagnosis: buildDiagnosisReport(plan, wants, diagnosis),
    near_limits: buildNearLimits(diagnosis.nearLimits),
    audit: buildAuditReport(observation),
    balance,
    loss: buildLoss(observation),
    notes: [
      ...observation.notices,
      ...buildNotes(observation, balance),
      ...noteUncounted(diagnosis.failedForks, counters.errors),
    ],
    ...(command === undefined
      ? {}
      : { command: buildCommand(observation, command, observation.plan) }),
  };
  return { ...found, verdict: buildVerdict(found, diagnosis.isInside) };
}

/** What a snapshot says that was not asked to close a window. */
const NOTHING_FOUND: Diagnosis = {
  failedForks: { pids: [], callers: [], machine: [] },
  forkers: null,
  programs: null,
  lifetimes: null,
  timeline: null,
  nearLimits: { near: [], unknown: [] },
  people: [],
  zombieParents: [],
};

function buildAuditReport({ open, close }: Window): Report['audit'] {
  const { created, forks, completeness } = buildAudit(open.totals, close.totals);
  return {
    created,
    forks_at_least: forks?.low ?? null,
    forks_at_most: forks?.high ?? null,
    completeness,
  };
}

function buildNotes(observation: Observation, balance: Balance): string[] {
  const { command } = observation;
  const notes = command === undefined ? [] : noteCommand(observation, command);
  const { difference } = balance;
  if (difference !== null && isBalanced(balance) === false) {
    notes.push(explainDifference(balance, difference));
  }
  return notes;
}

/** The kernel's own count shows failed forks that ours lacks. */
function noteUncounted(evidence: Diagnosis['failedForks'], errors: Counters['errors']): string[] {
  const count = errors === null ? 0 : countUncounted(evidence, errors);
  if (count === 0) return [];
  const [hit] = [...evidence.pids].sort((a, b) => b.count.low - a.count.low);
  const where = toText(`${hit?.directory}/pids.max`);
  const [forks, were] = count === 1 ? ['1 fork', 'was'] : [`${count} forks`, 'were'];
  return [
    `${forks} that failed at ${where} by the kernel's own count ${were} not counted as failed: the plan says which are missed`,
  ];
}

/** What it means that the balance does not hold. */
function explainDifference({ exited, released, zombies }: Balance, difference: number): string {
  const numbers = `${exited} exited, ${released} released, ${zombies} more zombies`;
  if (difference < 0) {
    const more = difference === -1 ? '1 more task was' : `${-difference} more tasks were`;
    return `${more} released or became zombies than exited: exits were missed, or were before the window (${numbers})`;
  }
  return difference === 1
    ? `1 task exited and is neither released nor a zombie: the kernel may still be tearing it down (${numbers})`
    : `${difference} tasks exited and are neither released nor zombies: the kernel may still be tearing them down (${numbers})`;
}

/** The plan as it is reported: how each event is attached, which candidates were rejected, and why. */
export function buildPlanReport(plan: ToldPlan): Report['plan'] {
  return {
    events: plan.events.map((event) => ({
      event: event.event,
      attach_type: event.attachType,
      attach_points: isAttached(event) ? [...event.attachPoints] : [],
      quality: event.quality,
      reason: event.reason,
      rejected: [...event.rejected],
    })),
    warnings: [...plan.warnings],
    notes: [...plan.notes],
  };
}

function buildLoss({ open, close }: Window): Report['loss'] {
  const missed = (event: keyof typeof close.totals.missed) =>
    close.totals.missed[event] - open.totals.missed[event];
  return {
    lost_events: close.loss.lostEvents - open.loss.lostEvents,
    helper_errors: close.loss.helperErrors - open.loss.helperErrors,
    broken_lines: close.loss.brokenLines - open.loss.brokenLines,
    lost_dumps: close.loss.lostDumps - open.loss.lostDumps,
    restarts: close.loss.restarts - open.loss.restarts,
    missed: close.totals.knowsMissed
      ? {
          create: missed('create'),
          exec: missed('exec'),
          exit: missed('exit'),
          error: missed('error'),
        }
      : null,
  };
}
