import { BadLine } from './words.ts';

/** What CHART and its CLABELs have said. */
export interface ReadChart {
  readonly id: string;
  readonly title: string;
  readonly units: string;
  readonly family: string;
  readonly context: string;
  readonly chartType: string;
  readonly priority: number;
  readonly updateEverySeconds: number;
  readonly plugin: string;
  readonly module: string;
  isObsolete: boolean;
  labels: ReadonlyMap<string, string>;
  readonly dimensions: Map<string, ReadDimension>;
}

export interface ReadDimension {
  readonly name: string;
  readonly algorithm: string;
  readonly multiplier: number;
  readonly divisor: number;
  isObsolete: boolean;
  /** What SET said last. */
  value?: number;
}

/** Agents before 1.43 cut a longer id, and then do not find the chart. */
const LONGEST_ID = 199;

const CHART_TYPES = ['line', 'area', 'stacked'];
const CHART_OPTIONS = ['obsolete', 'detail', 'hidden', 'store_first'];
const ALGORITHMS = [
  'absolute',
  'incremental',
  'percentage-of-absolute-row',
  'percentage-of-incremental-row',
];
const DIMENSION_OPTIONS = ['obsolete', 'hidden', 'noreset', 'nooverflow'];

/** @throws BadLine */
export function demand(condition: boolean, fault: string): asserts condition {
  if (!condition) throw new BadLine(fault);
}

/** A whole number as the agent reads it: it would stop without a word at the first other character. */
export function readWhole(text: string, what: string): number {
  demand(/^-?\d+$/.test(text), `${what} ${text} is no whole number`);
  const value = BigInt(text);
  demand(value >= -(2n ** 63n) && value < 2n ** 63n, `${what} ${text} has more than 64 bits`);
  return Number(value);
}

/** `CHART type.id name title units family context charttype priority update_every options plugin module` */
export function readChart(words: readonly string[]): ReadChart {
  // Whatever is left out is taken for changed.
  demand(words.length === 12, `CHART has ${words.length} words, not 12`);
  const [id = '', name = '', title = '', units = '', family = '', context = '', ...more] = words;
  const [chartType = '', priority = '', updateEvery = '', options = '', plugin = '', module = ''] =
    more;
  demand(/^[^.]+\../.test(id), `${id} is not type.id`);
  demand(!/[\s'"=]/.test(id), `the id ${id} has characters that an id cannot have`);
  demand(id.length <= LONGEST_ID, `an id of ${id.length} characters`);
  demand(name === '', `the name ${name}`);
  for (const [what, text] of Object.entries({ title, units, family, context, plugin, module })) {
    // An agent shows an underline for every byte of another character.
    demand(/^[\x20-\x7e]*$/.test(text), `${id} has a ${what} with characters beyond ASCII`);
    demand(text !== '' && !/^\(?null\)?$/i.test(text), `${id} has no ${what}`);
  }
  demand(CHART_TYPES.includes(chartType), `the chart type ${chartType}`);
  const seconds = readWhole(updateEvery, 'update every');
  demand(seconds > 0, `update every ${seconds}`);
  return {
    id,
    title,
    units,
    family,
    context,
    chartType,
    priority: readWhole(priority, 'priority'),
    updateEverySeconds: seconds,
    plugin,
    module,
    isObsolete: readOptions(options, CHART_OPTIONS).includes('obsolete'),
    labels: new Map(),
    dimensions: new Map(),
  };
}

/** `DIMENSION id name algorithm multiplier divisor options` */
export function readDimension(words: readonly string[]): [id: string, dimension: ReadDimension] {
  demand(words.length === 5 || words.length === 6, `DIMENSION has ${words.length} words`);
  const [id = '', name = '', algorithm = '', multiplier = '', divisor = '', options = ''] = words;
  demand(id !== '', 'a dimension without an id');
  demand(ALGORITHMS.includes(algorithm), `the algorithm ${algorithm}`);
  const [by, through] = [readWhole(multiplier, 'multiplier'), readWhole(divisor, 'divisor')];
  demand(by !== 0 && through !== 0, `${id} is multiplied by ${by} and divided by ${through}`);
  const isObsolete = readOptions(options, DIMENSION_OPTIONS).includes('obsolete');
  return [id, { name: name || id, algorithm, multiplier: by, divisor: through, isObsolete }];
}

/** `CLABEL name value source`: of fewer words, an agent reads from nowhere. */
export function readLabel(words: readonly string[]): [name: string, value: string] {
  demand(words.length === 3, `CLABEL has ${words.length} words, not 3`);
  const [name = '', value = '', source = ''] = words;
  demand(/^[a-z0-9_.\-/]+$/.test(name), `the label ${name}`);
  demand(['1', '2', '4', '8'].includes(source), `the label source ${source}`);
  return [name, value];
}

function readOptions(text: string, known: readonly string[]): string[] {
  const options = text.split(' ').filter((option) => option !== '');
  for (const option of options) demand(known.includes(option), `the option ${option}`);
  return options;
}

/** What a CHART line for a chart that exists must repeat. */
export function isSameChart(a: ReadChart, b: ReadChart): boolean {
  const shape = ({ isObsolete: _, labels: __, dimensions: ___, ...rest }: ReadChart) =>
    JSON.stringify(rest);
  return shape(a) === shape(b);
}

export function isSameDimension(a: ReadDimension, b: ReadDimension): boolean {
  const shape = ({ name, algorithm, multiplier, divisor }: ReadDimension) =>
    JSON.stringify([name, algorithm, multiplier, divisor]);
  return shape(a) === shape(b);
}
