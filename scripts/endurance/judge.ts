import type { Seen } from './fork-witness.ts';
import type { Course } from './memory.ts';
import type { Told } from './plugin-updates.ts';

/** What a run has shown. */
export interface Findings {
  readonly told: readonly Told[];
  readonly seen: ReadonlyMap<number, Seen>;
  /** Seconds in which the witness did not run in time. */
  readonly late: ReadonlySet<number>;
  readonly node: Course;
  readonly bpftrace: Course;
  /** What the plugin logged. */
  readonly log: readonly string[];
}

/** One line of the result. */
export interface Verdict {
  readonly isGood: boolean;
  readonly sentence: string;
}

/** A process whose memory is flat may differ by this much between two moments. */
const MOST_GROWTH = 1.1;

export function judge(findings: Findings): Verdict[] {
  return [
    judgeMemory('Node', findings.node),
    judgeMemory('bpftrace', findings.bpftrace),
    judgeUpdates(findings),
    judgeTotals(findings),
    judgeCompleteness(findings),
    {
      isGood: findings.log.length === 0,
      sentence: `the plugin logged ${findings.log.length} lines`,
    },
  ];
}

function judgeMemory(name: string, { startMb, middleMb, endMb }: Course): Verdict {
  const mb = [startMb, middleMb, endMb].map((value) => value.toFixed(1));
  return {
    isGood: endMb <= middleMb * MOST_GROWTH,
    sentence: `${name} had ${mb[0]} MB resident at the start, ${mb[1]} in the middle, ${mb[2]} at the end`,
  };
}

/** What the machine kept from running in a second is not ours; an update that is late is no missed one. */
function judgeUpdates({ told, late }: Findings): Verdict {
  const missed = told.reduce((sum, { missedBefore }) => sum + missedBefore, 0);
  const theirs = told
    .filter(({ second }) => late.has(second) || late.has(second - 1))
    .reduce((sum, { missedBefore }) => sum + missedBefore, 0);
  return {
    isGood: missed === theirs,
    sentence: `${told.length} updates; ${missed} missed, of which ${theirs} where the machine kept us from running`,
  };
}

/** Created tasks since the first update that the witness saw too, by the plugin and by the kernel. */
function judgeTotals({ told, seen }: Findings): Verdict {
  const pairs = told.flatMap((one) => {
    const forks = seen.get(one.second);
    return forks === undefined ? [] : [{ created: one.created, forks }];
  });
  const [first] = pairs;
  const last = pairs.at(-1);
  if (first === undefined || last === undefined)
    return { isGood: false, sentence: 'the witness saw no second that the plugin told' };
  const bounds = (to: typeof last) =>
    [to.forks.low - first.forks.high, to.forks.high - first.forks.low] as const;
  const outside = pairs.filter((pair) => {
    const [low, high] = bounds(pair);
    const created = pair.created - first.created;
    return created < low || created > high;
  });
  const [low, high] = bounds(last);
  return {
    isGood: outside.length === 0,
    sentence: `${last.created - first.created} tasks created; the kernel's own number is from ${low} to ${high}. Of ${pairs.length} seconds ${outside.length} lie outside of such bounds`,
  };
}

function judgeCompleteness({ told }: Findings): Verdict {
  const checked = told.flatMap(({ completeness }) => completeness ?? []);
  const lowest = Math.min(...checked) / 1_000;
  return {
    isGood: checked.length > 0 && lowest === 100,
    sentence: `completeness was checked in ${checked.length} updates, and ${lowest} % at the lowest`,
  };
}
