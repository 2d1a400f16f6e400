import { buildCounters } from '../counters/counters.ts';
import { emptyCounts } from '../counters/map-counts.ts';
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

/** The update before. */
interface Published {
  readonly snapshot: Snapshot;
  /** Number of its interval, from one update to the next. */
  readonly interval: number;
  readonly atUs: number;
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
  #interval: number | undefined;
  #before: Published | undefined;

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

  /**
   * Take a snapshot.
   *
   * @param atUs - Microseconds on a clock that never steps back.
   * @returns The update, where one is due.
   */
  take(snapshot: Snapshot, atUs: number): Update | undefined {
    const interval = this.#enter(snapshot.totals.period);
    if (interval === undefined) return undefined;
    const before = this.#before;
    this.#before = { snapshot, interval, atUs };
    const text =
      before === undefined
        ? this.#introduce(snapshot)
        : this.#render(before, snapshot, interval - before.interval, atUs - before.atUs);
    const forgotten = this.#scopes?.takeForgotten() ?? [];
    this.#holes.forget(forgotten);
    return { text, forgotten };
  }

  /** @returns The number of the interval, where the snapshot is the first of one: the dump at its begin may be late or lost. */
  #enter(period: number): number | undefined {
    const { updateEverySeconds } = this.#options;
    const interval = Math.floor(period / updateEverySeconds);
    // A baseline in the middle of an interval would leave Netdata a part of one to divide by the whole.
    const isPartial = this.#interval === undefined && period % updateEverySeconds !== 0;
    const isNew = interval !== this.#interval;
    this.#interval = interval;
    return isNew && !isPartial ? interval : undefined;
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

  #render(before: Published, snapshot: Snapshot, intervals: number, elapsedUs: number): string {
    const [open, close] = [before.snapshot.totals, snapshot.totals];
    const isHole = open.run !== close.run || intervals < 1 || intervals > MOST_FILLED;
    if (isHole) this.#holes.add(countersOf(before.snapshot), countersOf(snapshot));
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

function countersOf({ totals, scopes }: Snapshot): Told {
  return { counters: totals.counters, scopes };
}
