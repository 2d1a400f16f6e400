import type { FailedCaller, FailedForkEvidence } from './evidence.ts';
import { findNearest, type Why } from './nearest-limit.ts';
import type { PidsHit } from './pids-hits.ts';

/** Failed forks of one errno and one caller, with what made them fail. */
export interface ExplainedForks {
  readonly errno: number;
  readonly count: number;
  /** `undefined` for those of whom nobody knows whose they were. */
  readonly caller: FailedCaller | undefined;
  /** `undefined` where it is not known. */
  readonly why: Why | undefined;
}

const EAGAIN = 11;

/** EPERM, EACCES. */
const PERMISSION: readonly number[] = [1, 13];

/** E2BIG, EBADF, EFAULT, EBUSY, EEXIST, ENODEV, EINVAL, EOPNOTSUPP: what the caller asked for. */
const ARGUMENTS: readonly number[] = [7, 9, 14, 16, 17, 19, 22, 95];

/**
 * Find for all failed forks of a window what made them fail.
 *
 * @param totals - Failed forks by errno.
 * @returns Parts that add up to the totals.
 */
export function explainFailedForks(
  evidence: FailedForkEvidence,
  totals: Readonly<Record<string, number>>,
): ExplainedForks[] {
  return Object.entries(totals).flatMap(([errno, total]) =>
    total === 0 ? [] : explainErrno(evidence, Number(errno), total),
  );
}

/**
 * Forks that met the limit of a cgroup by the kernel's own count, and are not in the totals: at least so many.
 *
 * @param totals - Failed forks by errno.
 */
export function countUncounted(
  { pids }: FailedForkEvidence,
  totals: Readonly<Record<string, number>>,
): number {
  const least = pids.reduce((sum, { count }) => sum + count.low, 0);
  return Math.max(0, least - (totals[EAGAIN] ?? 0));
}

interface Part {
  readonly caller: FailedCaller | undefined;
  /** Not explained yet. */
  left: number;
}

function explainErrno(
  evidence: FailedForkEvidence,
  errno: number,
  total: number,
): ExplainedForks[] {
  const parts = split(evidence.callers, errno, total);
  if (PERMISSION.includes(errno))
    return parts.map((part) => take(part, errno, plain('permission')));
  if (ARGUMENTS.includes(errno)) return parts.map((part) => take(part, errno, plain('arguments')));
  const byPids = errno === EAGAIN ? explainByPids(evidence.pids, parts) : [];
  const rest = parts.filter(({ left }) => left > 0);
  const limits = ({ caller }: Part) => [...(caller?.limits ?? []), ...evidence.machine];
  return [...byPids, ...rest.map((part) => take(part, errno, findNearest(limits(part), errno)))];
}

/** The callers that failed with an errno, those that failed most first, and last what nobody is known for. */
function split(callers: readonly FailedCaller[], errno: number, total: number): Part[] {
  let rest = total;
  const parts = callers
    .map((caller) => ({ caller, count: caller.counts[errno] ?? 0 }))
    .sort((a, b) => b.count - a.count)
    .map(({ caller, count }): Part => {
      const left = Math.min(count, rest);
      rest -= left;
      return { caller, left };
    });
  return [...parts, { caller: undefined, left: rest }].filter(({ left }) => left > 0);
}

/**
 * What the kernel's own counts of the cgroups explain. A caller in a cgroup whose limit was met has met it, up to as many times
 * as the kernel can have counted: first one of which no other limit was near, last one of which the cgroup is not known.
 */
function explainByPids(hits: readonly PidsHit[], parts: readonly Part[]): ExplainedForks[] {
  const budgets = hits.map((hit) => ({ hit, left: hit.count.high }));
  const hasOther = ({ caller }: Part) => findNearest(caller?.limits ?? [], EAGAIN) !== undefined;
  const isPlaced = ({ caller }: Part) => caller !== undefined && caller.directory !== null;
  const order = [
    ...parts.filter((part) => isPlaced(part) && !hasOther(part)),
    ...parts.filter((part) => isPlaced(part) && hasOther(part)),
    ...parts.filter((part) => !isPlaced(part)),
  ];
  return order.flatMap((part) =>
    budgets
      .filter(({ hit }) => !isPlaced(part) || isBelow(part.caller?.directory ?? '', hit.directory))
      .sort((a, b) => b.hit.directory.length - a.hit.directory.length)
      .flatMap((budget) => {
        const count = Math.min(part.left, budget.left);
        if (count === 0) return [];
        budget.left -= count;
        return [take(part, EAGAIN, whyOf(budget.hit), count)];
      }),
  );
}

function take(
  part: Part,
  errno: number,
  why: Why | undefined,
  count: number = part.left,
): ExplainedForks {
  part.left -= count;
  return { errno, count, caller: part.caller, why };
}

/** @returns What made forks fail that met the limit of a cgroup. */
export function whyOf({ directory, limit, used }: PidsHit): Why {
  return {
    cause: 'cgroup_pids',
    name: `${directory}/pids.max`,
    limit: limit ?? null,
    used: used ?? null,
    isCertain: true,
  };
}

function plain(cause: 'arguments' | 'permission'): Why {
  return { cause, name: null, limit: null, used: null, isCertain: true };
}

function isBelow(directory: string, above: string): boolean {
  return directory === above || directory.startsWith(`${above}/`);
}
