import type { Timeline } from '../diagnosis/timeline.ts';
import { type Report, renderReportJson } from '../report/report.ts';
import { styleFor } from './style-for.ts';

/** How a report is shown. */
export interface ReportView {
  /** `stat`: one line, on standard error. */
  readonly format: 'table' | 'json' | 'html' | 'openmetrics' | 'stat';
  /** How many scopes of each kind the page shows. */
  readonly top: number;
  /** Show the balance also where it holds. */
  readonly isVerbose: boolean;
  /** File for the report instead of standard output. */
  readonly outputFile: string | undefined;
}

/**
 * The text of a report in the format that was asked for.
 *
 * @param timeline - What happened when, where that is known.
 */
export async function renderReport(
  report: Report,
  timeline: Timeline | null,
  { format, top, isVerbose, outputFile }: ReportView,
  io: NodeJS.Process,
): Promise<string> {
  if (format === 'json') return renderReportJson(report);
  if (format === 'stat') {
    const { renderStat } = await import('../report/stat.ts');
    return renderStat(report);
  }
  if (format === 'openmetrics') {
    const { renderFamilies } = await import('../exporter/render.ts');
    const { buildReportFamilies } = await import('../exporter/report-families.ts');
    return await renderFamilies(buildReportFamilies(report), 'openmetrics');
  }
  if (format === 'html') {
    const { renderHtml } = await import('../report/html/document.ts');
    return renderHtml(report, timeline, top);
  }
  const { renderPage } = await import('../report/page.ts');
  const style = styleFor(outputFile === undefined ? io.stdout : { isTTY: false });
  return renderPage(report, style, { top, isVerbose, ...readScreen(io, outputFile) });
}

/** The size of the terminal that the page goes to; elsewhere it has 80 columns and 24 lines. */
function readScreen(
  { stdout }: NodeJS.Process,
  outputFile: string | undefined,
): { readonly columns?: number; readonly lines?: number } {
  const { columns, rows } = stdout;
  // A terminal that does not know its size says 0.
  const isKnown = outputFile === undefined && stdout.isTTY && columns > 0 && rows > 0;
  return isKnown ? { columns, lines: rows } : {};
}
