import { JoinedWindow } from './joined-window.ts';
import type { Window } from './snapshot.ts';

/** Puts the last windows of a stream together to one that is at least so long, once there are enough. It has no timeline. */
export class RecentWindows {
  readonly #spanNs: number;
  #windows: readonly Window[] = [];

  constructor(spanMs: number) {
    this.#spanNs = spanMs * 1e6;
  }

  /** Add the next window. @returns The last ones in one. */
  add(window: Window): Window {
    const all = [...this.#windows, window];
    const untilNs = window.close.totals.kernelNs - this.#spanNs;
    // Dumps come some milliseconds early or late.
    const isEnough = ({ open }: Window) => open.totals.kernelNs <= untilNs + this.#spanNs / 20;
    const first = Math.max(0, all.findLastIndex(isEnough));
    this.#windows = all.slice(first);
    const joined = new JoinedWindow(this.#windows[0]?.open ?? window.open, false);
    for (const { close } of this.#windows) joined.add(close);
    return joined.window ?? window;
  }
}
