import { type BpftraceFacts, type HostFacts, isAtLeast } from '../host/facts.ts';
import type { Settings } from '../settings/settings.ts';
import { type Candidate, namedFamily } from './candidate.ts';
import { CANDIDATES } from './candidates.ts';
import { planConfig } from './config.ts';
import { planKeying } from './keying.ts';
import { noteLauncher } from './launcher.ts';
import {
  type EventPlan,
  type Family,
  type FentryWords,
  isAttached,
  type Plan,
  type Rejection,
  type TaskEvent,
} from './plan.ts';
import { planRealTime } from './real-time.ts';
import { planRelease } from './release.ts';
import { findTaskOffsets } from './task-offsets.ts';
import { findFunction, whyNoBpf, whyNoTypes } from './unavailable.ts';
import { describeViewProblem, findViewProblems } from './views.ts';

/** The event for which the settings can name a family of attach types; a warning says where that family cannot be had. */
const NAMED_EVENT: TaskEvent = 'error';

/**
 * Choose one way to count each event, and why none of those before it was taken.
 *
 * @param hasCommand - A command is watched.
 * @param tellsUser - What one user does is to be told apart.
 */
export function buildPlan(
  facts: HostFacts,
  settings: Settings,
  hasCommand = false,
  tellsUser = false,
): Plan {
  const plan = (event: TaskEvent) => planEvent(event, facts, settings);
  const exit = plan('exit');
  const exec = forExits(plan('exec'), exit);
  const events = [plan('create'), exec, exit, planRelease(facts), plan('error')];
  const warnings = events.flatMap((event) => warnOf(event, facts, settings));
  const { keying, notes } = planKeying(facts, settings);
  const { isRealTime, notes: realTimeNotes } = planRealTime(facts, settings);
  const { config, notes: configNotes } = planConfig(facts, settings, keying);
  return {
    events,
    keying,
    hasCommand: hasCommand && keying !== null,
    tellsUser: tellsUser && keying !== null,
    task: findTaskOffsets(facts) ?? null,
    // 0.11 and 0.17 take the record of a tracepoint for an address, and parse no struct then: a tenth of a second less to
    // start. Later ones start no sooner, and have no word for it.
    fieldPlaces: isAtLeast(facts.bpftrace, 0, 18) ? new Map() : facts.fieldPlaces,
    tables: settings.mapsPerCore ? 'per-cpu' : 'central',
    // Seen on 0.23 and 0.27 (map_update_elem: File exists), and never on 0.17 and before.
    losesNewKeys: isAtLeast(facts.bpftrace, 0, 18),
    config,
    isRealTime,
    fentryWords: spellFentry(facts.bpftrace),
    warnings,
    notes: [
      ...notes,
      ...findViewProblems(facts)
        .filter(({ of }) => of !== 'cgroups' || settings.cgroups)
        .map(describeViewProblem),
      ...(warnings.length === 0 ? noteIdleFormat(events, settings) : []),
      ...configNotes,
      ...noteLauncher(facts.privilege),
      ...realTimeNotes,
      ...[...facts.failures].map(
        ([what, reason]) => `${what} was tried here and failed: ${reason}`,
      ),
    ],
  };
}

/** Execs by other threads are counted apart only where the exit of the first thread stands for that of its process. */
function forExits(exec: EventPlan, exit: EventPlan): EventPlan {
  const isByFirst = isAttached(exit) && exit.maps.includes('leader_exited');
  if (!isAttached(exec) || isByFirst) return exec;
  return { ...exec, maps: exec.maps.filter((map) => map !== 'thread_exec') };
}

/** A candidate with what this machine says about it: why it cannot be taken, or why its counts are approximate. */
interface Judged {
  readonly candidate: Candidate;
  readonly unavailable: string | undefined;
  readonly approximate: string | undefined;
}

function planEvent(event: TaskEvent, facts: HostFacts, settings: Settings): EventPlan {
  const candidates = CANDIDATES.filter(
    (candidate) => candidate.event === event && candidate.isFor?.(settings, facts) !== false,
  ).map((candidate) => judge(candidate, facts, settings));
  const named = event === NAMED_EVENT ? namedFamily(settings) : undefined;
  const byName = candidates.filter(({ candidate }) => candidate.family === named);
  const ordered = [...byName, ...candidates.filter(({ candidate }) => candidate.family !== named)];
  const usable = ordered.filter(({ unavailable }) => unavailable === undefined);
  const chosen =
    usable.find(({ candidate, approximate }) => approximate === undefined || candidate.isWorthIt) ??
    usable[0];
  const before = chosen === undefined ? ordered : ordered.slice(0, ordered.indexOf(chosen));
  const rejected = before.map(reject);
  if (chosen !== undefined) return attach(chosen, facts, rejected);
  const reason = [...new Set(rejected.map((rejection) => rejection.reason))].join('; ');
  return { event, attachType: null, quality: 'absent', reason, rejected };
}

function judge(candidate: Candidate, facts: HostFacts, settings: Settings): Judged {
  const failure = facts.failures.get(candidate.name) ?? facts.failures.get(candidate.family);
  const unavailable = whyNoBpf(facts) ?? candidate.unavailable(facts, settings) ?? failure;
  return {
    candidate,
    unavailable,
    approximate: unavailable === undefined ? candidate.approximate(facts) : undefined,
  };
}

function reject({ candidate, unavailable, approximate }: Judged): Rejection {
  return {
    candidate: candidate.name,
    reason: unavailable ?? `only approximate here: ${approximate}`,
  };
}

function attach(
  { candidate, approximate }: Judged,
  facts: HostFacts,
  rejected: readonly Rejection[],
): EventPlan {
  return {
    event: candidate.event,
    attachType: candidate.attachType,
    family: candidate.family,
    candidate: candidate.name,
    attachPoints: [
      ...pointsAtFunctions(candidate, facts),
      ...pointsAtTracepoints(candidate, facts),
    ],
    maps: candidate.maps,
    quality: approximate === undefined ? 'exact' : 'approximate',
    reason: approximate === undefined ? candidate.because : `${candidate.because}; ${approximate}`,
    rejected,
  };
}

function pointsAtFunctions(candidate: Candidate, facts: HostFacts): string[] {
  if (candidate.family !== 'fentry' && candidate.family !== 'kprobe') return [];
  const { family, functions, besides = [] } = candidate;
  const word = candidate.attachType === 'tracepoint' ? family : candidate.attachType;
  const names = [functions, ...besides.map((name) => [name])].map((oneOf) =>
    findFunction(facts, family, oneOf),
  );
  return names.flatMap((name) => (name === undefined ? [] : [`${word}:${name}`]));
}

function pointsAtTracepoints(candidate: Candidate, facts: HostFacts): string[] {
  return candidate.tracepoints.filter(
    (point) => !point.startsWith('tracepoint:') || facts.tracepoints.has(point.slice(11)),
  );
}

/** fentry was called kfunc first; both words are known from 0.20 on. */
export function spellFentry(bpftrace: BpftraceFacts): FentryWords {
  return isAtLeast(bpftrace, 0, 20)
    ? { fentry: 'fentry', fexit: 'fexit' }
    : { fentry: 'kfunc', fexit: 'kretfunc' };
}

/** What was asked for by name and cannot be had. */
function warnOf(plan: EventPlan, facts: HostFacts, settings: Settings): string[] {
  const named = namedFamily(settings);
  if (named === undefined || plan.event !== NAMED_EVENT || settings.loadMode !== 'return')
    return [];
  if (isAttached(plan) && plan.family === named) return warnOfTypes(plan, facts, settings);
  const reasons = plan.rejected
    .filter(({ candidate }) => familyOf(candidate) === named)
    .map(({ reason }) => reason);
  const instead = isAttached(plan)
    ? `it is attached by ${plan.attachType} instead`
    : 'it is absent';
  return [
    `${describeFormat(settings)} asks for ${named} to watch ${plan.event}, which cannot be had: ${[...new Set(reasons)].join('; ')}; ${instead}`,
  ];
}

function familyOf(name: string): Family | undefined {
  return CANDIDATES.find((candidate) => candidate.name === name)?.family;
}

/** `ebpf type format` is about kernel functions alone: the exit before 6.16, and failed forks. */
function noteIdleFormat(events: readonly EventPlan[], settings: Settings): string[] {
  const isAtFunction = (event: EventPlan) =>
    isAttached(event) && (event.family === 'fentry' || event.family === 'kprobe');
  if (namedFamily(settings) === undefined || events.some(isAtFunction)) return [];
  return [`${describeFormat(settings)} changes nothing here: no kernel function is watched`];
}

function describeFormat({ typeFormat, coReTracing }: Settings): string {
  return typeFormat === 'co-re'
    ? `ebpf type format = co-re with ebpf co-re tracing = ${coReTracing}`
    : `ebpf type format = ${typeFormat}`;
}

/** `co-re` asks for the kernel's types, and a kprobe is attached without them where there are none. */
function warnOfTypes({ event }: EventPlan, facts: HostFacts, settings: Settings): string[] {
  const reason = settings.typeFormat === 'co-re' ? whyNoTypes(facts) : undefined;
  if (reason === undefined) return [];
  return [
    `${describeFormat(settings)} asks for kernel types to watch ${event}, which cannot be had: ${reason}; it is attached without them`,
  ];
}
