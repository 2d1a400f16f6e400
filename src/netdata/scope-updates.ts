import { toServiceTitle } from '../scopes/cgroups/chart-id.ts';
import type { ScopesState } from '../scopes/state.ts';
import { CgroupCharts } from './cgroup-charts.ts';
import { APPS, GroupedCharts, SERVICES } from './grouped-charts.ts';
import type { ScopeMetric } from './scope-metrics.ts';
import { UnattributedChart } from './unattributed-chart.ts';

/** The charts of app groups, services and cgroups, update by update. */
export class ScopeUpdates {
  readonly #apps: GroupedCharts | undefined;
  readonly #services: GroupedCharts | undefined;
  readonly #cgroups: CgroupCharts | undefined;
  readonly #unattributed: UnattributedChart | undefined;

  constructor(
    metrics: readonly ScopeMetric[],
    wants: { readonly apps: boolean; readonly cgroups: boolean; readonly isMonitored: boolean },
    updateEverySeconds: number,
  ) {
    if (wants.apps) this.#apps = new GroupedCharts(APPS, metrics, updateEverySeconds);
    if (wants.cgroups) {
      this.#services = new GroupedCharts(SERVICES, metrics, updateEverySeconds);
      this.#cgroups = new CgroupCharts(metrics, updateEverySeconds);
    }
    if (wants.isMonitored && (wants.apps || wants.cgroups)) {
      this.#unattributed = new UnattributedChart(metrics, updateEverySeconds, wants.cgroups);
    }
  }

  /** The lines of one update. @param elapsedUs - Microseconds since the update before; `undefined` on the first. */
  render(scopes: ScopesState, elapsedUs: number | undefined): string {
    const apps = scopes.apps.map((app) => ({ ...app, label: app.name, isGone: false }));
    // A container whose name Netdata may still learn has no charts yet.
    const settled = scopes.cgroups
      .filter(({ isSettled }) => isSettled)
      .map((cgroup) => ({ ...cgroup, isLive: cgroup.isLive && !cgroup.isRenamed }));
    const services = settled
      .filter(({ kind }) => kind === 'service')
      .map(({ key, name, isLive, counters }) => ({
        name: key,
        label: toServiceTitle(name),
        isHidden: false,
        isGone: !isLive,
        counters,
      }));
    const cgroups = settled.filter(({ kind }) => kind === 'cgroup');
    return [
      this.#apps?.render(apps, elapsedUs),
      this.#services?.render(services, elapsedUs),
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

  get #charts() {
    const all = [this.#apps, this.#services, this.#cgroups, this.#unattributed];
    return all.filter((charts) => charts !== undefined);
  }
}
