import { errnoName } from '../counters/errno.ts';
import type { FailedCaller, FailedForkEvidence } from '../diagnosis/failed-forks/evidence.ts';
import {
  type ExplainedForks,
  explainFailedForks,
  whyOf,
} from '../diagnosis/failed-forks/explain.ts';
import type { Why } from '../diagnosis/failed-forks/nearest-limit.ts';
import { toText } from './byte-text.ts';
import { findRemedies } from './remedies.ts';
import type { Report } from './report.ts';

type FailedForks = Report['failed_forks'];
type Cause = FailedForks['causes'][number];
type Caller = FailedForks['callers'][number];

/** Rows that a report lists. */
const MOST_CALLERS = 100;

/** Causes that are one for each process; RLIMIT_NPROC is one for each user. */
const OF_PROCESS: readonly string[] = ['pid_namespace', 'rlimit_nofile'];

/**
 * Name what made forks fail, and whose they were. With those of which the cause is not known, the causes add up to all failed
 * forks that were counted.
 *
 * @param errors - Failed forks by errno; `null` where they are not counted, and the kernel's own count of `pids.max` is told.
 */
export function buildFailedForks(
  evidence: FailedForkEvidence,
  errors: Readonly<Record<string, number>> | null,
  filtered: number | null,
): FailedForks {
  const explained = errors === null ? listPids(evidence) : explainFailedForks(evidence, errors);
  return {
    causes: groupBy(explained, keyOfCause).flatMap(buildCause),
    callers: groupBy(explained, keyOfCaller).flatMap(buildCaller).slice(0, MOST_CALLERS),
    unexplained: errors === null ? null : sumUnexplained(explained),
    filtered,
  };
}

/** Of failed forks that are not counted, what the kernel counts itself. */
function listPids({ pids }: FailedForkEvidence): ExplainedForks[] {
  return pids.map((hit) => ({
    errno: 11,
    count: hit.read,
    caller: undefined,
    why: whyOf(hit),
  }));
}

/** Groups of which each is not empty; those with most failed forks first. */
function groupBy(
  explained: readonly ExplainedForks[],
  keyOf: (forks: ExplainedForks) => string | undefined,
): ExplainedForks[][] {
  const groups = new Map<string, ExplainedForks[]>();
  for (const forks of explained) {
    const key = keyOf(forks);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), forks]);
  }
  return [...groups.values()]
    .map((group) => group.sort((a, b) => b.count - a.count))
    .sort((a, b) => sum(b) - sum(a));
}

function keyOfCause({ errno, why, caller }: ExplainedForks): string | undefined {
  if (why === undefined) return undefined;
  const whose = OF_PROCESS.includes(why.cause) ? caller?.pid : '';
  const user = why.cause === 'rlimit_nproc' ? caller?.user : '';
  return [errno, why.cause, why.name, user, whose].join(' ');
}

function keyOfCaller(forks: ExplainedForks): string | undefined {
  const { errno, caller } = forks;
  if (caller === undefined) return undefined;
  const who = JSON.stringify([caller.comm, caller.user, caller.unit]);
  return `${who} ${keyOfCause(forks) ?? errno}`;
}

function buildCause(group: readonly ExplainedForks[]): Cause[] {
  const [first] = group;
  if (first?.why === undefined) return [];
  const { why, errno } = first;
  const caller = group.find((forks) => forks.caller !== undefined)?.caller;
  const { now, lasting } = findRemedies(why, caller);
  const isCgroup = why.name?.startsWith('/') ?? false;
  return [
    {
      cause: why.cause,
      errno: errnoName(errno),
      count: sum(group),
      certain: group.every((forks) => forks.why?.isCertain),
      cgroup: isCgroup && why.name !== null ? toText(directoryOf(why.name)) : null,
      name: isCgroup ? null : why.name,
      process: caller === undefined ? null : describe(caller),
      ...highestUse(group),
      remedy: now,
      lasting,
    },
  ];
}

function buildCaller(group: readonly ExplainedForks[]): Caller[] {
  const [first] = group;
  if (first?.caller === undefined) return [];
  return [
    {
      ...describe(first.caller),
      processes: new Set(group.map(({ caller }) => caller?.pid)).size,
      errno: errnoName(first.errno),
      count: sum(group),
      cause: first.why?.cause ?? null,
      certain: group.every(({ why }) => why?.isCertain ?? false),
      ...highestUse(group),
    },
  ];
}

function sumUnexplained(explained: readonly ExplainedForks[]): Record<string, number> {
  const unexplained: Record<string, number> = {};
  for (const { errno, count, why } of explained) {
    const name = errnoName(errno);
    if (why === undefined) unexplained[name] = (unexplained[name] ?? 0) + count;
  }
  return unexplained;
}

/** The limit with the highest share in use that was read. */
function highestUse(group: readonly ExplainedForks[]): Pick<Why, 'limit' | 'used'> {
  const share = ({ limit, used }: Pick<Why, 'limit' | 'used'>) => (used ?? -1) / (limit ?? 1);
  const [highest] = group
    .flatMap(({ why }) => (why === undefined ? [] : [why]))
    .sort((a, b) => share(b) - share(a));
  return { limit: highest?.limit ?? null, used: highest?.used ?? null };
}

function describe({ pid, comm, user, unit }: FailedCaller): NonNullable<Cause['process']> {
  return { pid, comm: toText(comm), user, unit: unit === null ? null : toText(unit) };
}

function directoryOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/'));
}

function sum(group: readonly ExplainedForks[]): number {
  return group.reduce((total, { count }) => total + count, 0);
}
