import { styleText } from 'node:util';
import { type Report, renderReportJson } from '../report/report.ts';

/** How a report is shown. */
export interface ReportView {
  readonly format: 'table' | 'json';
  /** How many scopes of each kind the page shows. */
  readonly top: number;
  /** Show the balance also where it holds. */
  readonly isVerbose: boolean;
  /** File for the report instead of standard output. */
  readonly outputFile: string | undefined;
}

/** The text of a report in the format that was asked for. */
export async function renderReport(
  report: Report,
  { format, top, isVerbose, outputFile }: ReportView,
  io: NodeJS.Process,
): Promise<string> {
  if (format === 'json') return renderReportJson(report);
  const { renderPage } = await import('../report/page.ts');
  const style = (words: 'bold' | 'dim' | 'yellow' | 'red', text: string) =>
    outputFile === undefined ? styleText(words, text, { stream: io.stdout }) : text;
  return renderPage(report, style, { top, isVerbose });
}
