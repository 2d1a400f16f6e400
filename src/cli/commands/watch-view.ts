import type { Update } from '../../watch/update.ts';

/** What shows a watch: on a terminal, or line by line. */
export interface WatchView {
  /** An interval is over. @throws UserError `OUTPUT_CLOSED` where nobody reads any more. */
  show(update: Update): Promise<void>;
  /** Something happened that the user should know. */
  say(notice: string): void;
  close(): void;
}

/** How a watch is shown. */
export type WatchFormat = 'screen' | 'lines' | 'csv' | 'jsonl';

/** What is shown where nothing is said: a terminal that can be drawn on is drawn on. */
export function chooseFormat(wanted: WatchFormat | undefined, io: NodeJS.Process): WatchFormat {
  return wanted ?? (canDraw(io) ? 'screen' : 'lines');
}

/** Whether standard output is a terminal of a known size on which the cursor can be moved. */
export function canDraw({ stdout, env }: NodeJS.Process): boolean {
  const term = env['TERM'] ?? '';
  return stdout.isTTY && stdout.columns > 0 && stdout.rows > 0 && term !== '' && term !== 'dumb';
}
