import type { Counters } from '../counters/counters.ts';
import { PerScopeCharts } from './per-scope-charts.ts';
import { CURRENT_APPS, toAppKey } from './scope-kinds.ts';
import type { ScopeMetric } from './scope-metrics.ts';

interface AppCounts {
  /** Byte string. */
  readonly name: string;
  readonly isHidden: boolean;
  readonly counters: Counters;
}

/** The charts of each app group, as Netdata has them since 1.44. A group never ends. */
export class CurrentApps {
  readonly #charts: PerScopeCharts;
  readonly #keys = new Map<string, string>();
  readonly #taken = new Set<string>();

  constructor(metrics: readonly ScopeMetric[], updateEverySeconds: number) {
    this.#charts = new PerScopeCharts(CURRENT_APPS, metrics, updateEverySeconds);
  }

  /** The lines of one update. @param elapsedUs - Microseconds since the update before; `undefined` on the first. */
  render(apps: readonly AppCounts[], elapsedUs: number | undefined): string {
    const scopes = apps.map(({ name, isHidden, counters }) => ({
      key: this.#keyOf(name),
      name,
      isLive: true,
      isHidden,
      counters,
    }));
    return this.#charts.render(scopes, elapsedUs);
  }

  renderGap(elapsedUs: number | undefined): string {
    return this.#charts.renderGap(elapsedUs);
  }

  renderObsolete(): string {
    return this.#charts.renderObsolete();
  }

  #keyOf(name: string): string {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = toAppKey(name, (candidate) => this.#taken.has(candidate));
    this.#keys.set(name, key);
    this.#taken.add(key);
    return key;
  }
}
