import { buildConfigReport, renderConfig } from '../../report/config-page.ts';
import { configure, describeWrong } from '../configure.ts';
import type { OptionFlags } from '../option-flags.ts';
import { writeAll } from '../output-stream.ts';
import { styleFor } from '../style-for.ts';

/**
 * Print the effective value of each option, and where it comes from.
 *
 * @throws UserError after that, with everything that is wrong in the options.
 */
export async function printConfig(
  flags: OptionFlags,
  format: 'table' | 'json',
  io: NodeJS.Process,
): Promise<void> {
  const plugin = configure(flags, io.env, 'plugin');
  const report = buildConfigReport(plugin, configure(flags, io.env, 'diagnostic'));
  const text =
    format === 'json'
      ? `${JSON.stringify(report, null, 2)}\n`
      : renderConfig(report, plugin.directories, styleFor(io.stdout));
  await writeAll(io.stdout, text);
  if (plugin.problems.length > 0) throw describeWrong(plugin);
}
