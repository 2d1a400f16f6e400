import { styleText } from 'node:util';
import { buildPlanReport } from '../../report/build-report.ts';
import { renderPlan } from '../../report/page.ts';
import { compile } from '../../session/compile.ts';
import { type Configured, printWarnings, requireSettings } from '../configure.ts';
import { writeAll } from '../output-stream.ts';

/** Print what would be attached on this machine, and why. */
export async function printPlan(
  configured: Configured,
  format: 'table' | 'json',
  io: NodeJS.Process,
): Promise<void> {
  const settings = requireSettings(configured);
  printWarnings(configured, io.stderr);
  const { plan } = await compile(settings, io.geteuid?.() ?? 0, configured.directories);
  const report = buildPlanReport(plan);
  const text =
    format === 'json'
      ? JSON.stringify(report, null, 2)
      : renderPlan(report, (style, words) => styleText(style, words, { stream: io.stdout }));
  await writeAll(io.stdout, `${text}\n`);
}
