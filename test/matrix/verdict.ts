import type { Report } from '../../src/report/report.ts';

/** What became of one cell. */
export interface Verdict {
  /**
   * `exact`: attached as planned and counted to the last one. `approximate`: not to the last one, as the plan or the
   * report says.
   * `refused`: as planned, with the sentence that says why.
   */
  readonly result: 'exact' | 'approximate' | 'refused' | 'wrong';
  /** What was counted wrong, or the sentence of the refusal; empty for `exact`. */
  readonly words: string;
  readonly events: readonly EventReport[];
}

/** How one event was counted, by the report. */
export type EventReport = Report['plan']['events'][number];

/** Something that is not as it should be. */
export interface Problem {
  readonly words: string;
  /** Said of it instead where the report or its plan names it. */
  readonly excuse?: string | undefined;
}

/** The event's part of a report's plan. */
export function findEvent({ plan }: Report, event: EventReport['event']): EventReport {
  const found = plan.events.find((one) => one.event === event);
  if (found === undefined) throw new Error(`the plan has no event ${event}`);
  return found;
}
