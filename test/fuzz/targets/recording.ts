import { RecordingReader } from '../../../src/recording/reader.ts';
import { ReplayedWindow } from '../../../src/recording/replayed-window.ts';
import { reportOf } from '../../../src/recording/report-of.ts';
import type { Observation } from '../../../src/report/build-report.ts';
import { renderPage } from '../../../src/report/page.ts';
import { record, snapshotAt } from '../../recording/recorded.ts';
import { WHOLE_SNAPSHOT } from '../../session/whole-snapshot.ts';
import { claim, type Target } from '../target.ts';

const RECORDING = record([
  snapshotAt(0),
  snapshotAt(1),
  { ...WHOLE_SNAPSHOT, wallMs: snapshotAt(2).wallMs },
]);

const SEEDS = [RECORDING, RECORDING.slice(0, 4), [RECORDING[0], RECORDING[1], RECORDING[3]]].map(
  (lines) => Buffer.from(lines.join('\n')),
);

function replay(input: Buffer): Observation {
  const reader = new RecordingReader();
  const window = new ReplayedWindow({ from: undefined, to: undefined });
  for (const line of input.toString('utf8').split('\n')) window.take(reader.push(line));
  return window.observe('1.2.3');
}

export const RECORDING_TARGETS: readonly Target[] = [
  {
    name: 'recordings',
    seeds: SEEDS,
    longest: 12_000,
    share: 0.3,
    run: (input) => {
      const { open, close } = replay(input);
      claim(close.totals.kernelNs > open.totals.kernelNs, 'time does not go on');
    },
  },
  {
    name: 'pages of recordings',
    seeds: SEEDS,
    longest: 12_000,
    share: 0.04,
    run: (input) => {
      const page = renderPage(reportOf(replay(input)), (_, text) => text, {
        top: 5,
        isVerbose: true,
      });
      claim(!/[^\P{Cc}\n]|\p{Cf}/u.test(page), 'a page has control characters');
    },
  },
];
