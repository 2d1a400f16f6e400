import type { Observation } from '../report/build-report.ts';
import { JoinedWindow } from '../session/joined-window.ts';
import type { Snapshot, Window } from '../session/snapshot.ts';
import type { Header } from './header.ts';
import { resolveMoment } from './moment.ts';
import type { Entry, RecordedSnapshot } from './reader.ts';
import { follows, type Range } from './replayed-window.ts';

/** Makes windows without a hole of the entries of a recording, as a watch would have shown them. */
export class ReplayedIntervals {
  readonly #range: Range;
  readonly #intervalNs: number;
  #header: Header | undefined;
  #began: { readonly fromMs: number; readonly toMs: number } | undefined;
  #open: Snapshot | undefined;
  #last: Snapshot | undefined;
  #window: JoinedWindow | undefined;
  #isOver = false;

  /** @param intervalMs - A window is at least so long, less half a part: an interval that was late is no shorter. */
  constructor(range: Range, intervalMs: number) {
    this.#range = range;
    this.#intervalNs = intervalMs * 1e6;
  }

  /** What comes later is not in the range. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** @returns The window that this entry closes. */
  take(entry: Entry): Window | undefined {
    if (entry.kind === 'header') this.#header ??= entry.header;
    return entry.kind === 'snapshot' ? this.#takeSnapshot(entry) : undefined;
  }

  /** A window with all that a report needs. @throws Error before the header. */
  observe(window: Window): Observation {
    if (this.#header === undefined) throw new Error('a recording begins with its header');
    const { facts, plan, wants } = this.#header;
    return {
      ...window,
      facts,
      plan,
      wants,
      interrupted: false,
      notices: [],
      command: undefined,
    };
  }

  #takeSnapshot(recorded: RecordedSnapshot): Window | undefined {
    this.#began ??= this.#resolve(recorded.wallMs);
    const { fromMs, toMs } = this.#began;
    this.#isOver = recorded.wallMs >= toMs;
    if (recorded.wallMs < fromMs || this.#header === undefined) return undefined;
    const snapshot = recorded.read();
    const last = this.#last;
    if (snapshot === undefined || (last !== undefined && !follows(last, snapshot))) {
      return undefined;
    }
    this.#last = snapshot;
    if (last === undefined || this.#open === undefined || this.#window === undefined) {
      this.#begin(snapshot);
      return undefined;
    }
    this.#window.add(snapshot);
    const partNs = snapshot.totals.kernelNs - last.totals.kernelNs;
    const lengthNs = snapshot.totals.kernelNs - this.#open.totals.kernelNs;
    if (lengthNs + partNs / 2 < this.#intervalNs && !this.#isOver) return undefined;
    const { window } = this.#window;
    this.#begin(snapshot);
    return window;
  }

  #begin(snapshot: Snapshot): void {
    this.#open = snapshot;
    this.#window = new JoinedWindow(snapshot);
  }

  #resolve(beganMs: number) {
    const { from, to } = this.#range;
    return {
      fromMs: from === undefined ? Number.NEGATIVE_INFINITY : resolveMoment(from, beganMs),
      toMs: to === undefined ? Number.POSITIVE_INFINITY : resolveMoment(to, beganMs),
    };
  }
}
