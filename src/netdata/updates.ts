import { buildCounters } from '../counters/counters.ts';
import { emptyCounts } from '../counters/map-counts.ts';
import type { Totals } from '../counters/totals.ts';
import type { EndingCounts } from '../diagnosis/endings.ts';
import type { Plan } from '../plan/plan.ts';
import type { Snapshot } from '../session/snapshot.ts';
import { buildCharts, type Chart } from './charts.ts';
import { EndingsChart } from './endings-chart.ts';
import { Holes, type Told } from './holes.ts';
import {
  elapsedUs,
  renderChartDefinitions,
  renderObsolete,
  renderUpdate,
  toChartLine,
} from './protocol.ts';
import { selectMetrics } from './scope-metrics.ts';
import { ScopeUpdates, type ScopeWishes } from './scope-updates.ts';

/** What an update says, and what to do after it. */
export interface Update {
  /** The lines for Netdata. */
  readonly text: string;
  /** Keys of cgroups whose counts are not needed any more. */
  readonly forgotten: readonly string[];
}

export interface UpdatesOptions extends ScopeWishes {
  /** An update is due every so many periods of the snapshots, which are seconds. */
  readonly updateEverySeconds: number;
}

/** Without updates, Netdata draws so many intervals from the value at their end. It is right: everything in them was counted. */
const MOST_FILLED = 2;

/** When a snapshot was made. */
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
 * A hole is a time in which something was not counted (bpftrace ended), or more than `MOST_FILLED` intervals without an update
 * (dumps were lost, or nobody read us). Netdata must show it as a gap. Left alone, it would fill the last two intervals of a
 * hole from the value after it (`gap when lost iterations above`, to which it adds 2). So the first update after a hole sets
 * no dimension, and Netdata stores all intervals since the update before as empty.
 *
 * @see netdata/netdata database/rrdset.c (1.37; src/database/rrdset-collection.c in 2.x), rrdset_done_interpolate(): a value is
 * stored only where `rd->updated`, `collections_counter > 1` and `iterations < gap_when_lost_iterations_above`
 */
export class Updates {
  readonly #options: UpdatesOptions;
  readonly #charts: readonly Chart[];
  readonly #scopes: ScopeUpdates | undefined;
  readonly #endings: EndingsChart;
  readonly #holes = new Holes();
  #seen: Seen | undefined;
  #before: Published | undefined;
  /** Whether there is a hole between the update before and the next. */
  #isHole = false;

  constructor(plan: Plan, options: UpdatesOptions) {
    // No counts yet: these only say which counters are absent.
    const counters = buildCounters(plan, emptyCounts());
    this.#options = options;
    this.#endings = new EndingsChart(options.updateEverySeconds);
    this.#charts = buildCharts(counters, options);
    if (plan.keying !== null) {
      const metrics = selectMetrics(counters);
      this.#scopes = new ScopeUpdates(metrics, options, options.updateEverySeconds);
    }
  }

  /**
   * Take a snapshot.
   *
   * @param endings - How processes ended until then; `undefined` where nobody knows.
   * @returns The update, where one is due.
   */
  take(snapshot: Snapshot, endings?: EndingCounts): Update | undefined {
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
    const ended = endings && this.#renderEndings(endings, before?.snapshot, snapshot);
    this.#isHole = false;
    const forgotten = this.#scopes?.takeForgotten() ?? [];
    this.#holes.forget(forgotten);
    return { text: text + (ended ?? ''), forgotten };
  }

  /**
   * An update is due with the first snapshot of an interval. The first update of all, and the first after a hole, must also be
   * at the begin of its interval: Netdata would divide a part of an interval by the whole, and draw a low rate.
   *
   * @returns The number of the interval, where an update is due.
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

  /** The lines that make all charts obsolete. */
  renderObsolete(): string {
    if (this.#before === undefined) return '';
    const { updateEverySeconds } = this.#options;
    const lines = this.#charts.map((chart) => toChartLine(chart, updateEverySeconds));
    return [
      this.#scopes?.renderObsolete(),
      this.#endings.renderObsolete(),
      renderObsolete(lines),
    ].join('');
  }

  #renderEndings(
    endings: EndingCounts,
    before: Snapshot | undefined,
    { totals }: Snapshot,
  ): string {
    const sinceUs = before && elapsedUs(before.totals.kernelNs, totals.kernelNs);
    return this.#isHole
      ? this.#endings.renderGap(endings, sinceUs)
      : this.#endings.render(endings, sinceUs);
  }

  /** The lines that declare the charts, and set the baselines of their counters. */
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
    const sinceUs = elapsedUs(open.kernelNs, close.kernelNs);
    const isHole = this.#isHole;
    const { counters, scopes } = this.#holes.leaveOut(countersOf(snapshot));
    const interval = { open, close, isWhole: !isHole && intervals === 1 };
    const update = { counters: isHole ? null : counters, interval, elapsedUs: sinceUs };
    return [
      renderUpdate(this.#charts, update),
      isHole ? this.#scopes?.renderGap(sinceUs) : scopes && this.#scopes?.render(scopes, sinceUs),
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
