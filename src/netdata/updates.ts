import { buildCounters } from '../counters/counters.ts';
import { emptyCounts } from '../counters/map-counts.ts';
import type { Totals } from '../counters/totals.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from '../session/snapshot.ts';
import { buildCharts, type Chart } from './charts.ts';
import { Holes, type Told } from './holes.ts';
import { renderChartDefinitions, renderObsolete, renderUpdate, toChartLine } from './protocol.ts';
import { selectMetrics } from './scope-metrics.ts';
import { ScopeUpdates } from './scope-updates.ts';

/** What an update leads to. */
export interface Update {
  /** The lines for Netdata. */
  readonly text: string;
  /** Keys of cgroups that are gone for good: their counts are needed no more. */
  readonly forgotten: readonly string[];
}

export interface UpdatesOptions {
  /** An update is due every so many periods of the snapshots, which are seconds. */
  readonly updateEverySeconds: number;
  readonly apps: boolean;
  readonly cgroups: boolean;
}

/** Netdata fills so many intervals from the value at their end: what was counted in them is known, and drawn where it belongs. */
const MOST_FILLED = 2;

/** The place of a snapshot in time. */
interface Seen {
  readonly run: number;
  /** Number of its interval, from one update to the next. */
  readonly interval: number;
  /** Whether there is a hole before it. */
  readonly isAfterHole: boolean;
}

/** The update before. */
interface Published {
  readonly snapshot: Snapshot;
  /** Number of its interval, from one update to the next. */
  readonly interval: number;
}

/**
 * Turns the snapshots of a session into updates for Netdata: the charts of the system, and those of app groups, services and
 * cgroups.
 *
 * An interval in which something was not counted (bpftrace ended), or that came with more than one other (dumps were lost, or
 * nobody read us), is a gap. Netdata alone would not show it: it makes up to two intervals without an update from the value
 * after them, and of a longer hole the last two (`gap when lost iterations above`, to which it adds 2). So the first update
 * after a hole sets no dimension, and Netdata stores everything since the update before as empty.
 *
 * @see netdata/netdata database/rrdset.c (1.37; src/database/rrdset-collection.c in 2.x), rrdset_done_interpolate(): a value is
 * stored only where `rd->updated`, `collections_counter > 1` and `iterations < gap_when_lost_iterations_above`
 */
export class Updates {
  readonly #options: UpdatesOptions;
  readonly #charts: readonly Chart[];
  readonly #scopes: ScopeUpdates | undefined;
  readonly #holes = new Holes();
  #seen: Seen | undefined;
  #before: Published | undefined;
  /** Whether there is a hole between the update before and the next. */
  #isHole = false;

  constructor(plan: Plan, options: UpdatesOptions) {
    // Which of them are absent is the plan's to say.
    const counters = buildCounters(plan, emptyCounts());
    this.#options = options;
    this.#charts = buildCharts(counters);
    if (plan.keying !== null) {
      const metrics = selectMetrics(counters);
      this.#scopes = new ScopeUpdates(metrics, options, options.updateEverySeconds);
    }
  }

  get hasPublished(): boolean {
    return this.#before !== undefined;
  }

  /** Take a snapshot. @returns The update, where one is due. */
  take(snapshot: Snapshot): Update | undefined {
    const interval = this.#enter(snapshot.totals);
    if (interval === undefined) return undefined;
    const before = this.#before;
    this.#before = { snapshot, interval };
    if (this.#isHole && before !== undefined)
      this.#holes.add(countersOf(before.snapshot), countersOf(snapshot));
    const text =
      before === undefined
        ? this.#introduce(snapshot)
        : this.#render(before, snapshot, interval - before.interval);
    this.#isHole = false;
    const forgotten = this.#scopes?.takeForgotten() ?? [];
    this.#holes.forget(forgotten);
    return { text, forgotten };
  }

  /**
   * An update in the middle of an interval would leave Netdata a part of one to divide by the whole: a low rate. So the first
   * update waits for the begin of an interval, and so does the first after a hole: a bpftrace that was started again dumps at
   * once.
   *
   * @returns The number of the interval, where an update is due: with its first snapshot, the dump before may be lost.
   */
  #enter({ period, run }: Totals): number | undefined {
    const { updateEverySeconds } = this.#options;
    const interval = Math.floor(period / updateEverySeconds);
    const seen = this.#seen;
    const isAfterHole = seen !== undefined && isHole(seen, run, interval);
    this.#isHole ||= isAfterHole;
    this.#seen = { run, interval, isAfterHole };
    if (isAfterHole) return undefined;
    const isStart = seen === undefined || seen.isAfterHole;
    const isDue = isStart ? period % updateEverySeconds === 0 : interval !== seen.interval;
    return isDue ? interval : undefined;
  }

  /** The lines that take all charts there are out of Netdata's sight. */
  renderObsolete(): string {
    if (this.#before === undefined) return '';
    const { updateEverySeconds } = this.#options;
    const lines = this.#charts.map((chart) => toChartLine(chart, updateEverySeconds));
    return (this.#scopes?.renderObsolete() ?? '') + renderObsolete(lines);
  }

  /** The charts, and the baseline of their counters. */
  #introduce(snapshot: Snapshot): string {
    const { counters, scopes } = countersOf(snapshot);
    return [
      renderChartDefinitions(this.#charts, this.#options.updateEverySeconds),
      renderUpdate(this.#charts, { counters, interval: undefined, elapsedUs: undefined }),
      scopes && this.#scopes?.render(scopes, undefined),
    ].join('');
  }

  #render(before: Published, snapshot: Snapshot, intervals: number): string {
    const [open, close] = [before.snapshot.totals, snapshot.totals];
    // Between the moments in which the dumps were cut: we may be late, and what was counted is not.
    const elapsedUs = Math.round((close.kernelNs - open.kernelNs) / 1_000);
    const isHole = this.#isHole;
    const { counters, scopes } = this.#holes.leaveOut(countersOf(snapshot));
    const interval = { open, close, isWhole: !isHole && intervals === 1 };
    const update = { counters: isHole ? null : counters, interval, elapsedUs };
    return [
      renderUpdate(this.#charts, update),
      isHole
        ? this.#scopes?.renderGap(elapsedUs)
        : scopes && this.#scopes?.render(scopes, elapsedUs),
    ].join('');
  }
}

/** Whether something was not counted since `seen`, or the time in between is not known. */
function isHole(seen: Seen, run: number, interval: number): boolean {
  const intervals = interval - seen.interval;
  return run !== seen.run || intervals < 0 || intervals > MOST_FILLED;
}

function countersOf({ totals, scopes }: Snapshot): Told {
  return { counters: totals.counters, scopes };
}
