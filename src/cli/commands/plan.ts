import { buildPlanReport } from '../../report/build-report.ts';
import { renderPlan } from '../../report/page.ts';
import { compile } from '../../session/compile.ts';
import { type Configured, printWarnings, requireSettings } from '../configure.ts';
import { writeAll } from '../output-stream.ts';
import { styleFor } from '../style-for.ts';

/** Print what would be attached on this machine, and why. */
export async function printPlan(
  configured: Configured,
  format: 'table' | 'json',
  io: NodeJS.Process,
): Promise<void> {
  const settings = requireSettings(configured);
  printWarnings(configured, io.stderr);
  const { plan } = await compile(
    settings,
    io.geteuid?.() ?? 0,
    configured.directories,
    undefined,
    false,
    false,
    ['launcher', 'sudo'],
  );
  const report = buildPlanReport(plan);
  const text =
    format === 'json' ? JSON.stringify(report, null, 2) : renderPlan(report, styleFor(io.stdout));
  await writeAll(io.stdout, `${text}\n`);
}
