import { buildPlanReport } from '../../report/build-report.ts';
import { renderPlan } from '../../report/page.ts';
import { compileShown } from '../compile-shown.ts';
import type { Configured } from '../configure.ts';
import { writeAll } from '../output-stream.ts';
import { styleFor } from '../style-for.ts';

/** Print what would be attached on this machine, and why. */
export async function printPlan(
  configured: Configured,
  format: 'table' | 'json',
  io: NodeJS.Process,
): Promise<void> {
  const { plan } = await compileShown(configured, io);
  const report = buildPlanReport(plan);
  const text =
    format === 'json' ? JSON.stringify(report, null, 2) : renderPlan(report, styleFor(io.stdout));
  await writeAll(io.stdout, `${text}\n`);
}
