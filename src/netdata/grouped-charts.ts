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

/** What the charts of one kind, `apps` or `services`, have in common. */
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

/** A scope with its counters since the start; its name is a byte string, another one for each scope. */
export interface ScopeCounts extends EndingScope {
  /** Byte string: what Netdata shows, as long as no other scope has it. */
  readonly label: string;
  /** Counted and sent, but not drawn until somebody asks for it. */
  readonly isHidden: boolean;
}

interface Dimension {
  readonly id: string;
  readonly label: string;
  /** As Netdata shows the label. */
  readonly shown: string;
  /** What Netdata was told of it before it was over. */
  readonly base: Counters | undefined;
}

/**
 * The charts with one dimension for each scope. A dimension appears when its scope first has something, and all of them
 * are set in each update, until the scope is over.
 */
export class GroupedCharts {
  readonly #kind: GroupedKind;
  readonly #metrics: readonly ScopeMetric[];
  readonly #updateEverySeconds: number;
  /** By name of the scope, in the order in which they came. */
  readonly #dimensions = new Map<string, Dimension>();
  readonly #gone = new GoneScopes();
  readonly #ids = new Set<string>();
  /** The labels, as Netdata shows them. */
  readonly #shown = new Set<string>();
  #isBegun = false;
  /** Until the update after the first one. */
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
    // The system's counters have their baseline in the first update of all, and so have those of groups.
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

  /** The lines of an update after which Netdata shows a gap. Scopes come and go with the next one. */
  renderGap(elapsedUs: number | undefined): string {
    const shown = this.#isBegun ? this.#metrics : [];
    return renderWords(shown.flatMap((metric) => gapWords(this.#line(metric).id, elapsedUs)));
  }

  /** Names of scopes that are over for good, told once: nothing of them is needed any more. */
  takeForgotten(): string[] {
    return this.#gone.takeForgotten();
  }

  /** The lines that take the charts out of Netdata's sight, where it has been told of them. */
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

  /** An update of all dimensions, in which those that are new get their baseline. */
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

  /** What has happened in new dimensions since their baseline. */
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

  /** An id that no other scope has and that needs no care anywhere. */
  #chooseId(name: string): string {
    const plain = name.replace(/[^\w.:@+-]/g, '_');
    const isSafe = plain !== '' && plain === name && !this.#ids.has(plain);
    const id = isSafe ? plain : `${plain}_${fnv1a(name).toString(16).padStart(8, '0')}`;
    this.#ids.add(id);
    return id;
  }

  /** The label as it is, unless Netdata would show it like another one's: then the id, which is like no other. */
  #chooseLabel(label: string, id: string): Pick<Dimension, 'label' | 'shown'> {
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
