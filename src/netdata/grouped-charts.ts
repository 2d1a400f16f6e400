import type { Counters } from '../counters/counters.ts';
import { toText } from '../report/byte-text.ts';
import { fnv1a } from '../scopes/cgroups/fnv.ts';
import { type EndingScope, GoneScopes } from './lifecycle.ts';
import {
  beginWords,
  type ChartLine,
  chartWords,
  gapWords,
  momentWords,
  renderObsolete,
  renderWords,
  setWords,
  syncWords,
} from './protocol.ts';
import type { ScopeMetric } from './scope-metrics.ts';

/** What all charts of one kind have in common. */
export interface GroupedKind {
  readonly type: 'apps' | 'services';
  readonly family: string;
  readonly firstPriority: number;
}

/** @see netdata/netdata collectors/ebpf.plugin/ebpf_apps.c, ebpf_process.c */
export const APPS: GroupedKind = { type: 'apps', family: 'processes', firstPriority: 20_065 };
export const SERVICES: GroupedKind = {
  type: 'services',
  family: 'process (eBPF)',
  firstPriority: 20_065,
};

/** Bytes of a name that Netdata is told: it reads lines of up to 15,360 bytes, and a group may be called anything. */
const LONGEST_NAME = 200;

/** A scope with its counters since the start. Its name is a byte string, and unique. */
export interface ScopeCounts extends EndingScope {
  /** A byte string. Netdata shows it, unless another scope has the same. */
  readonly label: string;
  /** Sent to Netdata, and not drawn until somebody asks for it. */
  readonly isHidden: boolean;
}

interface Dimension {
  readonly id: string;
  readonly label: string;
  /** The label as Netdata shows it, with other characters replaced. */
  readonly shown: string;
  /** The counters that Netdata was sent last, before the scope was over; `undefined` for a new scope. */
  readonly base: Counters | undefined;
}

/**
 * Charts with one dimension for each scope. A dimension is declared with the first event of its scope, set in each update, and
 * obsolete when the scope is over.
 */
export class GroupedCharts {
  readonly #kind: GroupedKind;
  readonly #metrics: readonly ScopeMetric[];
  readonly #updateEverySeconds: number;
  /** By name of the scope, in the order of their first events. */
  readonly #dimensions = new Map<string, Dimension>();
  readonly #gone = new GoneScopes();
  readonly #ids = new Set<string>();
  /** The labels, as Netdata shows them. */
  readonly #shown = new Set<string>();
  #isBegun = false;
  /** The charts have had one update. */
  #isNew = false;

  constructor(kind: GroupedKind, metrics: readonly ScopeMetric[], updateEverySeconds: number) {
    this.#kind = kind;
    this.#metrics = metrics;
    this.#updateEverySeconds = updateEverySeconds;
  }

  /**
   * The lines of one update.
   *
   * @param elapsedUs - Microseconds since the update before; `undefined` on the first.
   */
  render(scopes: readonly ScopeCounts[], elapsedUs: number | undefined): string {
    const over = new Set(scopes.filter((scope) => this.#gone.isOver(scope)));
    const leaving = [...over].flatMap(({ name }) => this.#remove(name));
    const present = scopes.filter((scope) => !over.has(scope));
    const fresh = present.filter(({ name }) => !this.#dimensions.has(name));
    for (const scope of fresh) this.#add(scope);
    if (this.#dimensions.size === 0) {
      const lines = this.renderObsolete();
      this.#isBegun = false;
      return lines;
    }
    const byName = new Map(present.map((scope) => [scope.name, scope.counters]));
    const since = this.#isBegun ? elapsedUs : undefined;
    // In the plugin's first update all counters get a baseline, and nothing before it is drawn.
    const based = elapsedUs === undefined ? [] : fresh;
    const isSecond = this.#isNew;
    this.#isNew = !this.#isBegun;
    this.#isBegun = true;
    return this.#metrics
      .map((metric) => {
        const left = leaving.length === 0 ? [] : this.#declareObsolete(metric, leaving);
        const declared = fresh.length === 0 ? [] : this.#declare(metric, fresh);
        return renderWords([
          ...left,
          ...(isSecond ? syncWords(this.#line(metric)) : []),
          ...declared,
          ...this.#setAll(metric, byName, based, since),
          ...this.#setFresh(metric, based),
        ]);
      })
      .join('');
  }

  /** The lines of an update that Netdata shows as a gap. New scopes, and those that are over, wait for the next update. */
  renderGap(elapsedUs: number | undefined): string {
    const shown = this.#isBegun ? this.#metrics : [];
    return renderWords(shown.flatMap((metric) => gapWords(this.#line(metric).id, elapsedUs)));
  }

  /** Names of scopes that were forgotten since the last call: nothing of them is needed any more. */
  takeForgotten(): string[] {
    return this.#gone.takeForgotten();
  }

  /** The lines that make the charts obsolete, where they are declared. */
  renderObsolete(): string {
    const shown = this.#isBegun ? this.#metrics : [];
    return renderObsolete(shown.map((metric) => this.#line(metric)));
  }

  #declare(metric: ScopeMetric, fresh: readonly ScopeCounts[]): string[][] {
    const dimensions = fresh.map(({ name, isHidden }) => {
      const { id = '', label = '' } = this.#dimensions.get(name) ?? {};
      const words = ['DIMENSION', id, label, 'incremental', '1', '1'];
      return isHidden ? [...words, 'hidden'] : words;
    });
    return [chartWords(this.#line(metric)), ...dimensions];
  }

  #declareObsolete(metric: ScopeMetric, leaving: readonly Dimension[]): string[][] {
    const dimensions = leaving.map(({ id, label }) => [
      'DIMENSION',
      id,
      label,
      'incremental',
      '1',
      '1',
      'obsolete',
    ]);
    return [chartWords(this.#line(metric)), ...dimensions];
  }

  #line(metric: ScopeMetric): ChartLine {
    const { type, family, firstPriority } = this.#kind;
    return {
      id: `${type}.${metric.id}`,
      title: metric.title,
      units: 'calls/s',
      family,
      context: `${type}.${metric.id}`,
      chartType: 'stacked',
      priority: firstPriority + metric.priority,
      updateEverySeconds: this.#updateEverySeconds,
      plugin: 'ebpf.plugin',
      module: 'process',
    };
  }

  /** An update of all dimensions; the new ones get their baseline in it. */
  #setAll(
    metric: ScopeMetric,
    byName: ReadonlyMap<string, Counters>,
    based: readonly ScopeCounts[],
    elapsedUs: number | undefined,
  ): string[][] {
    const isBased = new Set(based.map(({ name }) => name));
    const sets = [...this.#dimensions].map(([name, { id, base }]) => {
      const counters = isBased.has(name) ? base : byName.get(name);
      return setWords(id, (counters && metric.value(counters)) ?? 0);
    });
    return [beginWords(this.#line(metric).id, elapsedUs), ...sets, ['END']];
  }

  /** Adds what has happened in new dimensions since their baseline. */
  #setFresh(metric: ScopeMetric, based: readonly ScopeCounts[]): string[][] {
    const sets = based.flatMap(({ name, counters }) => {
      const { id = '', base } = this.#dimensions.get(name) ?? {};
      const value = metric.value(counters) ?? 0;
      return value === ((base && metric.value(base)) ?? 0) ? [] : [setWords(id, value)];
    });
    return sets.length === 0 ? [] : momentWords(this.#line(metric).id, sets);
  }

  #add({ name, label }: ScopeCounts): void {
    const id = this.#chooseId(name);
    const chosen = this.#chooseLabel(label, id);
    this.#dimensions.set(name, { id, ...chosen, base: this.#gone.takeBack(name) });
  }

  /** @returns The dimension, where there was one. */
  #remove(name: string): Dimension[] {
    const dimension = this.#dimensions.get(name);
    if (dimension === undefined) return [];
    this.#dimensions.delete(name);
    this.#ids.delete(dimension.id);
    this.#shown.delete(dimension.shown);
    return [dimension];
  }

  /** A unique id of safe characters: the name, or else the name with a hash behind it. */
  #chooseId(name: string): string {
    const plain = name.slice(0, LONGEST_NAME).replace(/[^\w.:@+-]/g, '_');
    const isSafe = plain !== '' && plain === name && !this.#ids.has(plain);
    const id = isSafe ? plain : `${plain}_${fnv1a(name).toString(16).padStart(8, '0')}`;
    this.#ids.add(id);
    return id;
  }

  /** The label, or the id, which is unique, where Netdata would show two labels alike. */
  #chooseLabel(whole: string, id: string): Pick<Dimension, 'label' | 'shown'> {
    const label = whole.slice(0, LONGEST_NAME);
    const plain = label
      .replace(/[^\x20-\x7e]/g, '_')
      .replaceAll('"', "'")
      .replaceAll('\\', '/');
    const isOwn = !this.#shown.has(plain);
    const shown = isOwn ? plain : id;
    this.#shown.add(shown);
    return { label: isOwn ? toText(label) : id, shown };
  }
}
