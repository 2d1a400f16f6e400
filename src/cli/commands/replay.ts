import { RecordingReader } from '../../recording/reader.ts';
import { type Range, ReplayedWindow } from '../../recording/replayed-window.ts';
import { reportOf } from '../../recording/report-of.ts';
import { readRecording } from '../recording-input.ts';
import { type ReportView, renderReport } from '../render-report.ts';
import { openReportOutput } from '../report-output.ts';
import { readVersion } from '../version.ts';

export interface ReplayOptions extends ReportView, Range {
  /** The recording; `-` for standard input. */
  readonly file: string;
}

/** Show what was recorded as it would have been shown then. */
export async function runReplay(options: ReplayOptions, io: NodeJS.Process): Promise<void> {
  const output = openReportOutput(options.outputFile, io);
  try {
    const reader = new RecordingReader();
    const window = new ReplayedWindow(options);
    const damage: string[] = [];
    for await (const line of readRecording(options.file, io.stdin, (sentence) =>
      damage.push(sentence),
    )) {
      window.take(reader.push(line));
      if (window.isOver) break;
    }
    const observation = window.observe(readVersion(), damage);
    const timeline = observation.close.diagnosis?.timeline ?? null;
    const report = reportOf(observation);
    await output.write(await renderReport(report, timeline, options, io));
  } finally {
    output.close();
  }
}
