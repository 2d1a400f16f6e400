import type { Configuration } from '../settings/configuration.ts';
import { OPTIONS } from '../settings/options.ts';
import { showValue, type Value } from '../settings/values.ts';
import { printable, renderTable, type Style } from './page-table.ts';

/** The effective configuration as data. */
export interface ConfigReport {
  /** The files that were read; a value of an earlier one overrides that of a later one. */
  readonly files: readonly string[];
  /** The values that the plugin uses. */
  readonly options: readonly ConfigRow[];
  /** Those that differ in the diagnostic. */
  readonly diagnostic: readonly ConfigRow[];
  readonly problems: readonly string[];
}

export interface ConfigRow {
  /** Its name in a file. */
  readonly option: string;
  readonly value: Value;
  /** `--mode`, `process.conf:12`, `default`. */
  readonly origin: string;
}

export function buildConfigReport(
  plugin: Configuration & { readonly files: readonly string[] },
  diagnostic: Configuration,
): ConfigReport {
  const options = toRows(plugin);
  return {
    files: plugin.files,
    options,
    diagnostic: toRows(diagnostic).filter(({ value }, i) => value !== options[i]?.value),
    problems: plugin.problems.map(({ sentence }) => sentence),
  };
}

/**
 * The effective configuration for a person.
 *
 * @param directories - Where files were looked for; shown where there was none.
 */
export function renderConfig(
  { files, options, diagnostic }: ConfigReport,
  directories: readonly string[],
  style: Style,
): string {
  const table = renderTable(
    ['option', 'value', 'origin'],
    options.map(({ option, value, origin }) => [option, showValue(value), printable(origin)]),
    style,
  );
  const others = diagnostic.map(
    ({ option, value, origin }) => `${option} ${showValue(value)} (${origin})`,
  );
  const sources =
    files.length === 0
      ? [`no ebpf.d.conf and no ebpf.d/process.conf in ${directories.join(', ')}`]
      : files.map((path) => `read ${path}`);
  return [
    table,
    '',
    ...sources.map(printable),
    ...(others.length === 0 ? [] : [`--once, plan and program: ${others.join(', ')}`]),
    '',
  ].join('\n');
}

function toRows({ settings, origins }: Configuration): ConfigRow[] {
  return OPTIONS.flatMap(({ key, name }) => {
    const value = settings[key];
    return name === null || value === undefined
      ? []
      : [{ option: name, value, origin: origins[key].place }];
  });
}
