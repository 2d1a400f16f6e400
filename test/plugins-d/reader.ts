import {
  demand,
  isSameChart,
  isSameDimension,
  type ReadChart,
  readChart,
  readDimension,
  readLabel,
  readWhole,
} from './chart-lines.ts';
import { type ReadResult, ResultLines, readFunction } from './function-lines.ts';
import { BadLine, readPlainWords } from './words.ts';

/**
 * Reads what a plugin writes to an agent, and finds fault with whatever an agent would stop or disable the plugin for, would
 * read otherwise than it was meant, or would leave out without a word. It knows the protocol by its documentation alone.
 *
 * @see netdata/netdata src/plugins.d/README.md
 */
export class PluginReader {
  readonly charts = new Map<string, ReadChart>();
  readonly functions = new Set<string>();
  readonly results: ReadResult[] = [];
  /** Each with the line that it is about. */
  readonly faults: string[] = [];
  lines = 0;
  #rest = '';
  /** The chart that DIMENSION and CLABEL are about. */
  #declared: ReadChart | undefined;
  #labels: Map<string, string> | undefined;
  /** The chart between BEGIN and END, and the dimensions that were set. */
  #begun: { readonly chart: ReadChart; readonly set: Set<string> } | undefined;
  #result: ResultLines | undefined;
  #isOver = false;

  /** Read a piece of text, which may end within a line. */
  take(text: string): this {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#takeLine(line);
    return this;
  }

  /** There is no more. A plugin that was killed may leave something open. */
  end(wasKilled = false): this {
    if (wasKilled) return this;
    if (this.#rest !== '') this.faults.push(`the last line has no end: ${this.#rest}`);
    if (this.#begun !== undefined) this.faults.push(`${this.#begun.chart.id} has no END`);
    if (this.#labels !== undefined) this.faults.push('the last labels have no CLABEL_COMMIT');
    if (this.#result !== undefined) this.faults.push('the last answer has no end');
    return this;
  }

  #takeLine(line: string): void {
    this.lines += 1;
    try {
      this.#read(line);
    } catch (error) {
      if (!(error instanceof BadLine)) throw error;
      this.faults.push(`${error.message}: ${line.slice(0, 300)}`);
    }
  }

  #read(line: string): void {
    if (this.#result !== undefined && !line.startsWith('FUNCTION_RESULT_END')) {
      this.#result.take(line);
      return;
    }
    const [keyword, ...words] = readPlainWords(line);
    // An empty line says that the plugin is there.
    if (keyword === undefined) return;
    demand(!this.#isOver, 'a line behind the last');
    const isInside = ['SET', 'END', 'FLUSH'].includes(keyword);
    demand(isInside || this.#begun === undefined, `${keyword} between BEGIN and END`);
    const isLabel = keyword.startsWith('CLABEL');
    demand(isLabel || this.#labels === undefined, `${keyword} before CLABEL_COMMIT`);
    this.#obey(keyword, words);
  }

  #obey(keyword: string, words: readonly string[]): void {
    switch (keyword) {
      case 'CHART':
        this.#chart(readChart(words));
        break;
      case 'DIMENSION':
        this.#dimension(words);
        break;
      case 'CLABEL': {
        demand(this.#declared !== undefined, 'a label of no chart');
        const [name, value] = readLabel(words);
        this.#labels ??= new Map();
        this.#labels.set(name, value);
        break;
      }
      case 'CLABEL_COMMIT':
        demand(words.length === 0, 'words behind CLABEL_COMMIT');
        demand(this.#declared !== undefined && this.#labels !== undefined, 'no labels');
        this.#declared.labels = this.#labels;
        this.#labels = undefined;
        break;
      case 'BEGIN':
        this.#begin(words);
        break;
      case 'SET':
        this.#set(words);
        break;
      case 'END':
        demand(words.length === 0, 'words behind END');
        demand(this.#begun !== undefined, 'END without BEGIN');
        this.#begun = undefined;
        break;
      case 'FUNCTION':
        this.functions.add(readFunction(words));
        break;
      case 'FUNCTION_RESULT_BEGIN':
        this.#result = new ResultLines(words);
        break;
      case 'FUNCTION_RESULT_END':
        demand(this.#result !== undefined, 'the end of no answer');
        this.#answer(this.#result.end());
        break;
      case 'DISABLE':
      case 'EXIT':
        demand(words.length === 0, `words behind ${keyword}`);
        this.#isOver = true;
        break;
      default:
        demand(false, 'an unknown keyword, for which an agent stops the plugin');
    }
  }

  #chart(chart: ReadChart): void {
    const known = this.charts.get(chart.id);
    this.#declared = known ?? chart;
    if (known === undefined) {
      demand(!chart.isObsolete, 'a chart that never was becomes obsolete');
      this.charts.set(chart.id, chart);
      return;
    }
    demand(isSameChart(known, chart), 'a chart changes');
    known.isObsolete = chart.isObsolete;
  }

  #dimension(words: readonly string[]): void {
    demand(this.#declared !== undefined, 'a dimension of no chart');
    const { dimensions } = this.#declared;
    const [id, dimension] = readDimension(words);
    const known = dimensions.get(id);
    if (known === undefined || known.isObsolete) {
      const names = [...dimensions].filter(([, { isObsolete }]) => !isObsolete);
      const isTaken = names.some(([, { name }]) => name === dimension.name);
      demand(dimension.isObsolete || !isTaken, 'two dimensions of one name');
      dimensions.set(id, dimension);
      return;
    }
    demand(isSameDimension(known, dimension), 'a dimension changes');
    known.isObsolete = dimension.isObsolete;
  }

  /** `BEGIN type.id [microseconds]` */
  #begin([id = '', microseconds, ...more]: readonly string[]): void {
    const chart = this.charts.get(id);
    demand(chart !== undefined, 'an unknown chart, for which an agent disables the plugin');
    demand(!chart.isObsolete, 'an obsolete chart');
    demand(more.length === 0, 'too many words');
    if (microseconds !== undefined)
      demand(readWhole(microseconds, 'time') > 0, 'no time since the update before');
    this.#declared = undefined;
    this.#begun = { chart, set: new Set() };
  }

  /** `SET id = value` */
  #set([id = '', value = '', ...more]: readonly string[]): void {
    demand(this.#begun !== undefined, 'SET without BEGIN');
    demand(more.length === 0, 'too many words');
    const { chart, set } = this.#begun;
    const dimension = chart.dimensions.get(id);
    demand(dimension !== undefined, 'an unknown dimension, for which an agent disables the plugin');
    demand(!dimension.isObsolete, 'an obsolete dimension');
    demand(!set.has(id), 'a dimension is set twice');
    set.add(id);
    dimension.value = readWhole(value, 'value');
  }

  #answer(result: ReadResult): void {
    this.#result = undefined;
    const isTwice = this.results.some(({ transaction }) => transaction === result.transaction);
    demand(!isTwice, 'a second answer to one call');
    this.results.push(result);
  }
}

/** What is wrong with all that a plugin has written. */
export function findFaults(text: string, wasKilled = false): string[] {
  return new PluginReader().take(text).end(wasKilled).faults;
}
