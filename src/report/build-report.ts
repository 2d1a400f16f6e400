import type { Loss } from '../bpftrace/supervisor.ts';
import { buildAudit } from '../counters/audit.ts';
import { buildScopeCounters, subtractCounters } from '../counters/counters.ts';
import type { Totals } from '../counters/totals.ts';
import type { BlameObservation } from '../diagnosis/observation.ts';
import type { RefusalEvidence } from '../diagnosis/refusals/refusal-watch.ts';
import type { HostFacts } from '../host/facts.ts';
import { isAttached, type Plan } from '../plan/plan.ts';
import type { Attributor } from '../scopes/attributor.ts';
import type { CommandScope } from '../scopes/command/scope.ts';
import { buildBlame } from './build-blame.ts';
import { buildCountersReport } from './build-counters.ts';
import { buildRefusals } from './build-refusals.ts';
import { buildScopeList, buildScopes } from './build-scopes.ts';
import type { Report } from './report.ts';

/** Everything that a watch over one window yields. */
export interface Observation {
  readonly facts: HostFacts;
  readonly plan: Plan;
  readonly open: Totals;
  readonly close: Totals;
  /** The last sample: `close`, or one after it, until which releases were still counted. */
  readonly settled: Totals;
  /** Tasks that ended in the window and of which no release was seen; `null` where nobody waited for it. */
  readonly unreleased: number | null;
  /** Tasks that were gone without a release that was seen, and that are counted as released; `null` as above. */
  readonly unseenReleases: number | null;
  readonly lossAtOpen: Loss;
  readonly lossAtClose: Loss;
  /** Wall clock time of `open`, in milliseconds since 1970. */
  readonly openedAtMs: number;
  readonly interrupted: boolean;
  readonly notices: readonly string[];
  /** What is to be reported apart. */
  readonly wants: { readonly apps: boolean; readonly cgroups: boolean };
  /** `undefined` where counts are not kept apart. */
  readonly attributor: Attributor | undefined;
  readonly refusals: RefusalEvidence;
  readonly blame: BlameObservation;
  readonly command: CommandObservation | undefined;
}

/** What the watched command did. */
export interface CommandObservation {
  readonly argv: readonly string[];
  readonly exitCode: number;
  readonly seconds: number;
  readonly scope: CommandScope | undefined;
  /** Its events were told apart by a cgroup of its own; else by ancestry. */
  readonly hasCgroup: boolean;
}

/** Turn what was observed into the report. */
export function buildReport(observation: Observation): Report {
  const { facts, plan, open, close, settled, command } = observation;
  const window = subtractCounters(close.counters, open.counters);
  const released = subtractCounters(settled.counters, open.counters).released;
  const system = buildCountersReport({ ...window, released });
  return {
    schema_version: 1,
    window: {
      start: new Date(observation.openedAtMs).toISOString(),
      start_uptime: open.kernelNs / 1e9,
      seconds: (close.kernelNs - open.kernelNs) / 1e9,
      settle_seconds: (settled.kernelNs - close.kernelNs) / 1e9,
      unreleased: observation.unreleased,
      unseen_releases: observation.unseenReleases,
      interrupted: observation.interrupted,
    },
    host: {
      kernel: facts.kernel.release,
      bpftrace: facts.bpftrace.version,
      btf: facts.btf,
      cpus: facts.cpus,
    },
    plan: settled.knowsMisses ? buildPlanReport(plan) : doubtRelease(buildPlanReport(plan)),
    system,
    refusals: buildRefusals(observation.refusals, system.errors),
    ...buildScopes(plan, observation.wants, observation.attributor, {
      exec: settledMissed(observation, 'exec'),
      released: settledMissed(observation, 'released'),
    }),
    blame: buildBlame(plan, observation.wants, observation.blame),
    audit: buildAudit(open, close),
    loss: buildLoss(observation),
    notes: [...observation.notices, ...buildNotes(observation)],
    ...(command === undefined ? {} : { command: buildCommand(plan, command) }),
  };
}

/** What the kernel skipped of a event that one counter stands for: it is in the counter, but under no key. */
function settledMissed(
  { open, close, settled }: Observation,
  counter: 'exec' | 'released',
): number {
  const until = counter === 'released' ? settled : close;
  return until.corrected[counter] - open.corrected[counter];
}

function buildNotes({ attributor, command, unreleased, unseenReleases }: Observation): string[] {
  const isByAncestry = attributor !== undefined && command !== undefined && !command.hasCgroup;
  const notes = isByAncestry
    ? [
        'the command has no cgroup of its own here: its counters are by ancestry, without its own start and end, and approximate',
      ]
    : [];
  if (unreleased !== null && unreleased > 0) {
    notes.push(
      `of ${unreleased} tasks that ended no release was seen: they are unreaped, or still to be freed`,
    );
  }
  if (unseenReleases !== null && unseenReleases > 0) {
    notes.push(
      `${unseenReleases} tasks that ended are gone, and this kernel did not show how they were released: they are counted as released`,
    );
  }
  return notes;
}

function buildCommand(plan: Plan, command: CommandObservation): NonNullable<Report['command']> {
  const { argv, exitCode, seconds, scope } = command;
  return {
    argv: [...argv],
    exit_code: exitCode,
    seconds,
    counters:
      scope === undefined ? null : buildCountersReport(buildScopeCounters(plan, scope.total)),
    comms: scope === undefined ? null : buildScopeList(plan, scope.comms.entries),
  };
}

/** The plan as it is reported: what is attached how, what was refused before, and why. */
export function buildPlanReport(plan: Plan): Report['plan'] {
  return {
    events: plan.events.map((event) => ({
      event: event.event,
      attachType: event.attachType,
      attach_points: isAttached(event) ? [...event.attachPoints] : [],
      quality: event.quality,
      reason: event.reason,
      refused: [...event.refused],
    })),
    warnings: [...plan.warnings],
    notes: [...plan.notes],
  };
}

/** The plan counted on the kernel's word for what it skipped, and it could not be had. */
function doubtRelease({ events, ...rest }: Report['plan']): Report['plan'] {
  const reason = 'what the kernel skipped of these events could not be read, and is missing';
  return {
    events: events.map((event) =>
      event.event === 'release' && event.quality === 'exact'
        ? { ...event, quality: 'approximate', reason: `${event.reason}; ${reason}` }
        : event,
    ),
    ...rest,
  };
}

function buildLoss({ open, close, settled, lossAtOpen, lossAtClose }: Observation): Report['loss'] {
  return {
    lost_events: lossAtClose.lostEvents - lossAtOpen.lostEvents,
    helper_errors: lossAtClose.helperErrors - lossAtOpen.helperErrors,
    broken_lines: lossAtClose.brokenLines - lossAtOpen.brokenLines,
    skipped_intervals: lossAtClose.lostDumps - lossAtOpen.lostDumps,
    restarts: lossAtClose.restarts - lossAtOpen.restarts,
    skipped_events: settled.knowsMisses
      ? {
          create: close.missed.create - open.missed.create,
          exit: close.missed.exit - open.missed.exit,
          error: close.missed.error - open.missed.error,
        }
      : null,
  };
}
