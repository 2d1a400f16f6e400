import { RecordingReader } from '../../../src/recording/reader.ts';
import { ReplayedWindow } from '../../../src/recording/replayed-window.ts';
import { reportOf } from '../../../src/recording/report-of.ts';
import { renderPage } from '../../../src/report/page.ts';
import { record, snapshotAt } from '../../recording/recorded.ts';
import { WHOLE_SNAPSHOT } from '../../session/whole-snapshot.ts';
import { claim, type Target } from '../target.ts';

const RECORDING = record([
  snapshotAt(0),
  snapshotAt(1),
  { ...WHOLE_SNAPSHOT, wallMs: snapshotAt(2).wallMs },
]);

export const RECORDING_TARGETS: readonly Target[] = [
  {
    name: 'recordings',
    seeds: [RECORDING, RECORDING.slice(0, 4), [RECORDING[0], RECORDING[1], RECORDING[3]]].map(
      (lines) => Buffer.from(lines.join('\n')),
    ),
    longest: 12_000,
    share: 0.5,
    run: (input) => {
      const reader = new RecordingReader();
      const window = new ReplayedWindow({ from: undefined, to: undefined });
      for (const line of input.toString('utf8').split('\n')) window.take(reader.push(line));
      const page = renderPage(reportOf(window.observe('1.2.3')), (_, text) => text, {
        top: 5,
        isVerbose: true,
      });
      claim(!/[^\P{Cc}\n]|\p{Cf}/u.test(page), 'a page has control characters');
    },
  },
];
