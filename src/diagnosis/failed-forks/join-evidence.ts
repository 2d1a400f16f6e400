import type { FailedCaller, FailedForkEvidence } from './evidence.ts';
import { MOST_CALLERS } from './failed-fork-watch.ts';
import { keepHighest } from './highest-use.ts';
import type { PidsHit } from './pids-hits.ts';

/** What is known of why forks failed, for two windows of which the second follows the first. */
export function joinEvidence(
  first: FailedForkEvidence,
  second: FailedForkEvidence,
): FailedForkEvidence {
  return {
    pids: joinPids(first.pids, second.pids),
    callers: joinCallers(first.callers, second.callers),
    machine: keepHighest(first.machine, second.machine),
  };
}

function joinPids(first: readonly PidsHit[], second: readonly PidsHit[]): PidsHit[] {
  const joined = new Map(first.map((hit) => [hit.directory, hit]));
  for (const hit of second) {
    const known = joined.get(hit.directory);
    joined.set(hit.directory, known === undefined ? hit : joinHits(known, hit));
  }
  return [...joined.values()].sort((a, b) => b.count.high - a.count.high);
}

function joinHits(first: PidsHit, second: PidsHit): PidsHit {
  const used = [first.used, second.used].filter((number) => number !== undefined);
  return {
    directory: first.directory,
    count: {
      low: first.count.low + second.count.low,
      high: first.count.high + second.count.high,
    },
    read: first.read + second.read,
    limit: second.limit ?? first.limit,
    used: used.length === 0 ? undefined : Math.max(...used),
  };
}

function joinCallers(
  first: readonly FailedCaller[],
  second: readonly FailedCaller[],
): FailedCaller[] {
  const joined = new Map(first.map((caller) => [caller.pid, caller]));
  for (const caller of second) {
    const known = joined.get(caller.pid);
    if (known === undefined && joined.size >= MOST_CALLERS) continue;
    joined.set(caller.pid, known === undefined ? caller : joinCaller(known, caller));
  }
  return [...joined.values()];
}

/** The later look says more, unless the process was gone by then. */
function joinCaller(first: FailedCaller, second: FailedCaller): FailedCaller {
  const latest = second.user === null ? first : second;
  const errnos = [...new Set([...Object.keys(first.counts), ...Object.keys(second.counts)])];
  return {
    ...latest,
    directory: latest.directory ?? first.directory,
    counts: Object.fromEntries(
      errnos.map((errno) => [errno, (first.counts[errno] ?? 0) + (second.counts[errno] ?? 0)]),
    ),
    limits: keepHighest(first.limits, second.limits),
  };
}
