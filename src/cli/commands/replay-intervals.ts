import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import { RecordingReader } from '../../recording/reader.ts';
import { ReplayedIntervals } from '../../recording/replayed-intervals.ts';
import type { Range } from '../../recording/replayed-window.ts';
import { reportOf } from '../../recording/report-of.ts';
import { RecentWindows } from '../../session/recent-windows.ts';
import type { Snapshot, Window } from '../../session/snapshot.ts';
import { toPoint } from '../../watch/update.ts';
import { Interrupt } from '../command/interrupt.ts';
import { readRecording } from '../recording-input.ts';
import { openView } from './watch.ts';
import type { WatchFormat, WatchView } from './watch-view.ts';

/** As a watch has it. */
const RECENT_MS = 10_000;

export interface ReplayIntervalsOptions extends Range {
  /** The recording; `-` for standard input. */
  readonly file: string;
  readonly format: WatchFormat;
  readonly intervalSeconds: number;
  /** Of a screen: how much faster than it was. */
  readonly speed: number;
}

/** Show what was recorded interval by interval, as a watch would have. */
export async function runReplayIntervals(
  options: ReplayIntervalsOptions,
  io: NodeJS.Process,
): Promise<void> {
  const { file, format, intervalSeconds, speed } = options;
  const interrupt = new Interrupt(io);
  const end = new AbortController();
  interrupt.signal.addEventListener('abort', () => end.abort());
  const reader = new RecordingReader();
  const isScreen = format === 'screen';
  // A screen shows more than the last interval, put together from parts.
  const intervals = new ReplayedIntervals(options, isScreen ? 0 : intervalSeconds * 1_000);
  const recent = new RecentWindows(RECENT_MS);
  let view: WatchView | undefined;
  let open: Snapshot | undefined;
  try {
    for await (const line of readRecording(file, io.stdin, (sentence) => view?.say(sentence))) {
      const entry = reader.push(line);
      if (entry.kind === 'notice') view?.say(entry.sentence);
      const window = intervals.take(entry);
      if (window !== undefined) {
        open ??= window.open;
        const shown = isScreen ? recent.add(window) : window;
        const { close } = window;
        if (!isScreen || lasts({ open, close }, intervalSeconds)) {
          view ??= await openView(format, io, intervalSeconds, () => end.abort());
          const report = reportOf(intervals.observe(shown));
          await view.show({ point: toPoint({ open, close }), report });
          open = close;
          if (isScreen) await pause((intervalSeconds * 1_000) / speed, end.signal);
        }
      }
      if (intervals.isOver || end.signal.aborted) break;
    }
    if (view === undefined && !end.signal.aborted) throw nothingToShow();
    // Until the user has seen it.
    if (isScreen) await pause(2 ** 31 - 1, end.signal);
  } finally {
    view?.close();
    interrupt.stop();
  }
}

/** Dumps come some milliseconds early or late. */
function lasts({ open, close }: Window, seconds: number): boolean {
  return close.totals.kernelNs - open.totals.kernelNs >= 0.95 * seconds * 1e9;
}

async function pause(ms: number, end: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: end }).catch(() => undefined);
}

function nothingToShow(): UserError {
  return new UserError('RECORDING_UNREADABLE', 'no interval of this recording can be shown', {
    hint: 'see what it holds, or what is wrong with it: ebpf-processes replay FILE',
  });
}
