import { buildScopeCounters } from '../counters/counters.ts';
import type { MapCounts } from '../counters/map-counts.ts';
import { isAttached, type Plan } from '../plan/plan.ts';
import type { Attributor } from '../scopes/attributor.ts';
import { toServiceTitle } from '../scopes/cgroups/chart-id.ts';
import { CgroupCharts } from './cgroup-charts.ts';
import { APPS, GroupedCharts, SERVICES } from './grouped-charts.ts';
import { SCOPE_METRICS } from './scope-metrics.ts';
import { UnattributedChart } from './unattributed-chart.ts';

/** The charts of app groups, services and cgroups, update by update. */
export class ScopeUpdates {
  readonly #plan: Plan;
  readonly #apps: GroupedCharts | undefined;
  readonly #services: GroupedCharts | undefined;
  readonly #cgroups: CgroupCharts | undefined;
  readonly #unattributed: UnattributedChart | undefined;
  readonly #hiddenApps: ReadonlySet<string>;

  /** @param hiddenApps - App groups that their user does not want to see drawn. */
  constructor(
    plan: Plan,
    wants: { readonly apps: boolean; readonly cgroups: boolean },
    updateEverySeconds: number,
    hiddenApps: ReadonlySet<string> = new Set(),
  ) {
    const attached = new Set(plan.events.filter(isAttached).map(({ event }) => event));
    const metrics = SCOPE_METRICS.filter(({ event }) => attached.has(event));
    this.#plan = plan;
    this.#apps = wants.apps ? new GroupedCharts(APPS, metrics, updateEverySeconds) : undefined;
    this.#services = wants.cgroups
      ? new GroupedCharts(SERVICES, metrics, updateEverySeconds)
      : undefined;
    this.#cgroups = wants.cgroups ? new CgroupCharts(metrics, updateEverySeconds) : undefined;
    this.#unattributed =
      wants.apps || wants.cgroups
        ? new UnattributedChart(updateEverySeconds, wants.cgroups)
        : undefined;
    this.#hiddenApps = hiddenApps;
  }

  /**
   * The lines of one update.
   *
   * @param isLive - Whether a cgroup with this path exists.
   * @param elapsedUs - Microseconds since the update before; `undefined` on the first.
   */
  render(
    attributor: Attributor,
    isLive: (path: string) => boolean,
    elapsedUs: number | undefined,
  ): string {
    const count = (counts: MapCounts) => buildScopeCounters(this.#plan, counts);
    const apps = [...attributor.apps.entries].map(([name, counts]) => ({
      name,
      label: name,
      isHidden: this.#hiddenApps.has(name),
      isGone: false,
      counters: count(counts),
    }));
    const places = [...attributor.cgroups.entries].flatMap(([name, counts]) => {
      const place = attributor.cgroups.places.get(name);
      return place?.isSettled ? [{ ...place, counters: count(counts) }] : [];
    });
    const services = places
      .filter(({ kind }) => kind === 'service')
      .map(({ chartType, name, path, counters }) => ({
        name: chartType,
        label: toServiceTitle(name),
        isHidden: false,
        isGone: !isLive(path),
        counters,
      }));
    const cgroups = places
      .filter(({ kind }) => kind === 'cgroup')
      .map((place) => ({ ...place, isLive: !place.isRenamed && isLive(place.path) }));
    const lines = [
      this.#apps?.render(apps, elapsedUs),
      this.#services?.render(services, elapsedUs),
      this.#cgroups?.render(cgroups, elapsedUs),
      this.#unattributed?.render(attributor, elapsedUs),
    ].join('');
    for (const charts of [this.#services, this.#cgroups]) {
      for (const chartType of charts?.takeForgotten() ?? []) attributor.cgroups.forget(chartType);
    }
    return lines;
  }

  /** The lines that take all charts there are out of Netdata's sight. */
  renderObsolete(): string {
    return [this.#apps, this.#services, this.#cgroups, this.#unattributed]
      .map((charts) => charts?.renderObsolete() ?? '')
      .join('');
  }
}
