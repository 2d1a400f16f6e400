import { OWN_CHARTS, type OwnChart, type OwnFigures } from './own-charts.ts';
import {
  beginWords,
  type ChartLine,
  chartWords,
  elapsedUs,
  renderObsolete,
  renderWords,
  setWords,
} from './protocol.ts';

/** Seconds between two updates, as ebpf.plugin has it: what they need costs more than all other charts. */
const AT_LEAST_SECONDS = 10;

/** The charts about ourselves, update by update. */
export class OwnUpdates {
  readonly #updateEverySeconds: number;
  /** Ids of charts that are declared. */
  readonly #declared = new Set<string>();
  #before: { readonly figures: OwnFigures; readonly kernelNs: number } | undefined;
  #interval: number | undefined;

  /** @param updateEverySeconds - Of all other charts. */
  constructor(updateEverySeconds: number) {
    this.#updateEverySeconds =
      Math.ceil(AT_LEAST_SECONDS / updateEverySeconds) * updateEverySeconds;
  }

  /** Whether an update is due: once in each interval. @param period - The second that ends now. */
  isDue(period: number): boolean {
    const interval = Math.floor(period / this.#updateEverySeconds);
    const isDue = this.#interval !== interval;
    this.#interval = interval;
    return isDue;
  }

  /** The lines of one update. A chart appears with its first value. @param kernelNs - The kernel's clock. */
  render(figures: OwnFigures, kernelNs: number): string {
    const before = this.#before;
    this.#before = { figures, kernelNs };
    const sinceUs = before && elapsedUs(before.kernelNs, kernelNs);
    return OWN_CHARTS.map((chart) =>
      this.#renderOne(chart, figures, before?.figures, sinceUs),
    ).join('');
  }

  /** The lines that make the charts obsolete. */
  renderObsolete(): string {
    const shown = OWN_CHARTS.filter(({ id }) => this.#declared.has(id));
    return renderObsolete(shown.map((chart) => this.#line(chart)));
  }

  #renderOne(
    chart: OwnChart,
    figures: OwnFigures,
    before: OwnFigures | undefined,
    elapsedUs: number | undefined,
  ): string {
    const sets = chart.dimensions.flatMap(({ id, value }) => {
      const now = value(figures, before);
      return now === null || now === undefined ? [] : [setWords(id, now)];
    });
    const isNew = !this.#declared.has(chart.id);
    if (isNew && sets.length === 0) return '';
    this.#declared.add(chart.id);
    return renderWords([
      ...(isNew ? this.#declare(chart) : []),
      beginWords(chart.id, isNew ? undefined : elapsedUs),
      ...sets,
      ['END'],
    ]);
  }

  #declare(chart: OwnChart): string[][] {
    const dimensions = chart.dimensions.map(({ id, algorithm, divisor }) => [
      'DIMENSION',
      id,
      id,
      algorithm,
      '1',
      String(divisor),
    ]);
    return [chartWords(this.#line(chart)), ...dimensions];
  }

  #line({ dimensions: _, ...chart }: OwnChart): ChartLine {
    return {
      ...chart,
      family: 'ebpf',
      updateEverySeconds: this.#updateEverySeconds,
      plugin: 'ebpf-processes.plugin',
      module: 'process',
    };
  }
}
