import type { Counters } from '../counters/counters.ts';
import { toText } from '../report/byte-text.ts';
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
import type { ScopeKind } from './scope-kinds.ts';
import type { ScopeMetric } from './scope-metrics.ts';

/** A scope that has counts. */
export interface OwnCounts {
  /** Names its charts; see `ScopeKind`. */
  readonly key: string;
  /** Byte string. */
  readonly name: string;
  readonly isLive: boolean;
  /** Sent to Netdata, and not drawn until somebody asks for it. */
  readonly isHidden: boolean;
  readonly counters: Counters;
}

/** What was last sent of a scope whose charts Netdata shows. */
interface Shown {
  /** Its charts have had one update. */
  isNew: boolean;
  /** The values of the last update. */
  last: string;
  /** Two updates in a row had these values: Netdata spreads a value over two seconds, and stores the rest with the next one. */
  isStoredWhole: boolean;
}

/** Removed scopes that are remembered: machines make and remove containers all day. */
const MOST_GONE = 256;

/**
 * Charts of each scope's own. They are declared with its first event, become obsolete when the scope is removed and its last
 * counts are stored, and are declared again if it comes back.
 */
export class PerScopeCharts {
  readonly #kind: ScopeKind;
  readonly #metrics: readonly ScopeMetric[];
  readonly #updateEverySeconds: number;
  readonly #shown = new Map<string, Shown>();
  /** The counters that Netdata was sent last for a removed scope: its charts go on from there if it comes back. */
  readonly #gone = new Map<string, Counters>();
  #forgotten: string[] = [];

  constructor(kind: ScopeKind, metrics: readonly ScopeMetric[], updateEverySeconds: number) {
    this.#kind = kind;
    this.#metrics = metrics;
    this.#updateEverySeconds = updateEverySeconds;
  }

  /** The lines of one update. @param elapsedUs - Microseconds since the update before. */
  render(scopes: readonly OwnCounts[], elapsedUs: number | undefined): string {
    return scopes.map((scope) => this.#renderOne(scope, elapsedUs)).join('');
  }

  /** The lines of an update that Netdata shows as a gap. New and removed scopes wait for the next update. */
  renderGap(elapsedUs: number | undefined): string {
    return renderWords(this.#shownLines().flatMap((line) => gapWords(line.id, elapsedUs)));
  }

  /** Keys that were forgotten since the last call: nothing of these scopes is needed any more. */
  takeForgotten(): string[] {
    const forgotten = this.#forgotten;
    this.#forgotten = [];
    return forgotten;
  }

  /** The lines that make all charts obsolete. */
  renderObsolete(): string {
    return renderObsolete(this.#shownLines());
  }

  #shownLines(): ChartLine[] {
    const keys = [...this.#shown.keys()];
    return keys.flatMap((key) => this.#metrics.map((metric) => this.#line(metric, key)));
  }

  #renderOne(scope: OwnCounts, elapsedUs: number | undefined): string {
    const values = this.#valuesOf(scope.counters);
    const shown = this.#shown.get(scope.key);
    if (shown === undefined) return this.#begin(scope, values, elapsedUs);
    const isOver = !scope.isLive && shown.isStoredWhole && shown.last === values;
    return isOver ? this.#end(scope) : this.#update(scope, shown, values, elapsedUs);
  }

  /** The values of all charts as one text, to be compared. */
  #valuesOf(counters: Counters): string {
    return JSON.stringify(this.#metrics.map((metric) => metric.value(counters)));
  }

  /** Nothing for a removed scope that has had no event since its charts became obsolete. */
  #begin(scope: OwnCounts, values: string, elapsedUs: number | undefined): string {
    const { key, counters, isLive } = scope;
    const gone = this.#gone.get(key);
    if (gone !== undefined && !isLive && this.#valuesOf(gone) === values) return '';
    this.#shown.set(key, { isNew: true, last: values, isStoredWhole: false });
    // In the plugin's first update all counters get a baseline, and nothing before it is drawn.
    const base = elapsedUs === undefined ? counters : gone;
    return this.#metrics.map((metric) => this.#introduce(metric, scope, base)).join('');
  }

  #update(
    { key, counters }: OwnCounts,
    shown: Shown,
    values: string,
    elapsedUs: number | undefined,
  ): string {
    const { isNew } = shown;
    shown.isStoredWhole = shown.last === values;
    shown.last = values;
    shown.isNew = false;
    const lines = this.#metrics.flatMap((metric) => {
      const line = this.#line(metric, key);
      return [
        ...(isNew ? syncWords(line) : []),
        beginWords(line.id, elapsedUs),
        setWords(this.#kind.dimension(metric), metric.value(counters) ?? 0),
        ['END'],
      ];
    });
    return renderWords(lines);
  }

  #end({ key, counters }: OwnCounts): string {
    this.#shown.delete(key);
    this.#remember(key, counters);
    return renderObsolete(this.#metrics.map((metric) => this.#line(metric, key)));
  }

  /** The lines that declare a chart, set its baseline, and add what has happened since. */
  #introduce(metric: ScopeMetric, scope: OwnCounts, base: Counters | undefined): string {
    const { id } = this.#line(metric, scope.key);
    const first = (base && metric.value(base)) ?? 0;
    const value = metric.value(scope.counters) ?? 0;
    const since =
      value === first ? [] : momentWords(id, [setWords(this.#kind.dimension(metric), value)]);
    return renderWords([
      ...this.#declare(metric, scope),
      beginWords(id, undefined),
      setWords(this.#kind.dimension(metric), first),
      ['END'],
      ...since,
    ]);
  }

  #remember(key: string, counters: Counters): void {
    this.#gone.delete(key);
    this.#gone.set(key, counters);
    const [oldest] = this.#gone.keys();
    if (this.#gone.size <= MOST_GONE || oldest === undefined) return;
    this.#gone.delete(oldest);
    this.#forgotten.push(oldest);
  }

  #declare(metric: ScopeMetric, { key, name, isHidden }: OwnCounts): string[][] {
    const dimension = this.#kind.dimension(metric);
    const words = ['DIMENSION', dimension, dimension, 'incremental', '1', '1'];
    return [
      chartWords(this.#line(metric, key)),
      ['CLABEL', this.#kind.label, toText(name), '1'],
      ['CLABEL_COMMIT'],
      isHidden ? [...words, 'hidden'] : words,
    ];
  }

  #line(metric: ScopeMetric, key: string): ChartLine {
    return {
      ...this.#kind.place(metric, key),
      units: 'calls/s',
      updateEverySeconds: this.#updateEverySeconds,
      plugin: 'ebpf.plugin',
      module: 'process',
    };
  }
}
