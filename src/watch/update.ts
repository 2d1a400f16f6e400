import { subtractCounters } from '../counters/counters.ts';
import type { Report } from '../report/report.ts';
import type { Snapshot, Window } from '../session/snapshot.ts';

/** What a watch hands to its view after each interval. */
export interface Update {
  /** The interval. */
  readonly point: Point;
  /** Of the interval for a line; for a screen of the last seconds, whatever the interval: some things are slow to show. */
  readonly report: Report;
}

/** What is drawn over time. */
export type Metric = 'process_created' | 'thread_created' | 'exec' | 'failed_forks';

/** One interval. */
export interface Point {
  /** When it ended, in milliseconds since 1970. */
  readonly endMs: number;
  readonly seconds: number;
  /** `null` where it is not counted. */
  readonly counts: Readonly<Record<Metric, number | null>>;
}

/** Of the whole machine, or of those to whom the view is narrowed. */
export function toPoint({ open, close }: Window): Point {
  const of = (snapshot: Snapshot) => snapshot.narrowed?.total ?? snapshot.totals.counters;
  const { process_created, thread_created, exec, errors } = subtractCounters(of(close), of(open));
  const failed_forks =
    errors === null ? null : Object.values(errors).reduce((sum, count) => sum + count, 0);
  const seconds = (close.totals.kernelNs - open.totals.kernelNs) / 1e9;
  const counts = { process_created, thread_created, exec, failed_forks };
  return { endMs: close.wallMs, seconds, counts };
}

/** Counts of the whole machine, or of those to whom the view is narrowed. */
export function countersOf({ narrowed, system }: Report): Report['system'] {
  return narrowed?.counters ?? system;
}

/** When the window of a report ended, in milliseconds since 1970. */
export function endOf({ window }: Report): number {
  return Date.parse(window.start) + window.seconds * 1_000;
}
