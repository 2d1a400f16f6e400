import { toServiceTitle } from '../scopes/cgroups/chart-id.ts';
import type { ScopesState } from '../scopes/state.ts';
import { CurrentApps } from './current-apps.ts';
import { APPS, GroupedCharts, SERVICES } from './grouped-charts.ts';
import { type OwnCounts, PerScopeCharts } from './per-scope-charts.ts';
import { CGROUPS, type ChartNames, CURRENT_SERVICES } from './scope-kinds.ts';
import type { ScopeMetric } from './scope-metrics.ts';
import { UnattributedChart } from './unattributed-chart.ts';

export interface ScopeWishes {
  readonly apps: boolean;
  readonly cgroups: boolean;
  readonly charts: ChartNames;
  /** There is a chart of what is on none of the others. */
  readonly isMonitored: boolean;
}

/** The charts of app groups, services and cgroups, update by update. */
export class ScopeUpdates {
  readonly #apps: GroupedCharts | CurrentApps | undefined;
  readonly #services: GroupedCharts | PerScopeCharts | undefined;
  readonly #cgroups: PerScopeCharts | undefined;
  readonly #unattributed: UnattributedChart | undefined;

  constructor(metrics: readonly ScopeMetric[], wishes: ScopeWishes, updateEverySeconds: number) {
    const { apps, cgroups, charts, isMonitored } = wishes;
    const isCurrent = charts === 'current';
    if (apps)
      this.#apps = isCurrent
        ? new CurrentApps(metrics, updateEverySeconds)
        : new GroupedCharts(APPS, metrics, updateEverySeconds);
    if (cgroups) {
      this.#services = isCurrent
        ? new PerScopeCharts(CURRENT_SERVICES, metrics, updateEverySeconds)
        : new GroupedCharts(SERVICES, metrics, updateEverySeconds);
      this.#cgroups = new PerScopeCharts(CGROUPS[charts], metrics, updateEverySeconds);
    }
    if (isMonitored && (apps || cgroups))
      this.#unattributed = new UnattributedChart(metrics, updateEverySeconds, cgroups);
  }

  /** The lines of one update. @param elapsedUs - Microseconds since the update before; `undefined` on the first. */
  render(scopes: ScopesState, elapsedUs: number | undefined): string {
    const apps = scopes.apps.map((app) => ({ ...app, label: app.name, isGone: false }));
    // A container whose name Netdata may still learn has no charts yet.
    const settled = scopes.cgroups
      .filter(({ isSettled }) => isSettled)
      .map((cgroup) => ({
        ...cgroup,
        isLive: cgroup.isLive && !cgroup.isRenamed,
        isHidden: false,
      }));
    const services = settled.filter(({ kind }) => kind === 'service');
    const cgroups = settled.filter(({ kind }) => kind === 'cgroup');
    return [
      this.#apps?.render(apps, elapsedUs),
      this.#renderServices(services, elapsedUs),
      this.#cgroups?.render(cgroups, elapsedUs),
      this.#unattributed?.render(scopes, elapsedUs),
    ].join('');
  }

  /** The lines of an update that Netdata shows as a gap. */
  renderGap(elapsedUs: number | undefined): string {
    return this.#charts.map((charts) => charts.renderGap(elapsedUs)).join('');
  }

  /** The lines that make all charts obsolete. */
  renderObsolete(): string {
    return this.#charts.map((charts) => charts.renderObsolete()).join('');
  }

  /** Keys of cgroups that were forgotten since the last call: their counts are not needed any more. */
  takeForgotten(): string[] {
    return [this.#services, this.#cgroups].flatMap((charts) => charts?.takeForgotten() ?? []);
  }

  #renderServices(services: readonly OwnCounts[], elapsedUs: number | undefined): string {
    const titled = services.map((service) => ({ ...service, name: toServiceTitle(service.name) }));
    if (this.#services instanceof PerScopeCharts) return this.#services.render(titled, elapsedUs);
    const dimensions = titled.map(({ key, name, isLive, isHidden, counters }) => ({
      name: key,
      label: name,
      isHidden,
      isGone: !isLive,
      counters,
    }));
    return this.#services?.render(dimensions, elapsedUs) ?? '';
  }

  get #charts() {
    const all = [this.#apps, this.#services, this.#cgroups, this.#unattributed];
    return all.filter((charts) => charts !== undefined);
  }
}
