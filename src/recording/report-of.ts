import { UserError } from '../errors.ts';
import { buildReport, type Observation } from '../report/build-report.ts';
import { type Report, reportSchema } from '../report/report.ts';

/**
 * Build the report of what was recorded.
 *
 * @throws UserError where the numbers of the recording cannot be: some that never fall have fallen.
 */
export function reportOf(observation: Observation): Report {
  const report = buildReport(observation);
  if (reportSchema.safeParse(report).success) return report;
  throw new UserError(
    'RECORDING_UNREADABLE',
    'the numbers of the recording contradict each other',
    {
      hint: 'somebody has changed the file; ask for another part of it with --from and --to',
    },
  );
}
