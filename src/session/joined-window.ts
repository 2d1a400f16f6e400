import { JoinedDiagnosis } from '../diagnosis/join.ts';
import { JoinedScopes, zeroOf } from '../scopes/joined-scopes.ts';
import type { Snapshot, Window } from './snapshot.ts';

/**
 * Puts windows that follow one another without a hole together to one long window, in bounded memory. The diagnosis of each
 * must be that of a part; see `Extent`.
 */
export class JoinedWindow {
  readonly #open: Snapshot;
  readonly #scopes = new JoinedScopes();
  readonly #diagnosis: JoinedDiagnosis;
  #close: Snapshot | undefined;

  /**
   * @param open - Opens the first window.
   * @param hasTimeline - The whole is to have a timeline.
   */
  constructor(open: Snapshot, hasTimeline = true) {
    this.#open = open;
    this.#diagnosis = new JoinedDiagnosis(open.totals.kernelNs, hasTimeline);
  }

  /** Add the window that goes from the snapshot before to this one. */
  add(close: Snapshot): void {
    const before = this.#close ?? this.#open;
    if (before.scopes !== null && close.scopes !== null) {
      this.#scopes.add(before.scopes, close.scopes);
    }
    if (close.diagnosis !== null) {
      const isWhole = before.totals.run === close.totals.run;
      this.#diagnosis.add(close.diagnosis, close.totals.kernelNs, isWhole);
    }
    this.#close = close;
  }

  /** All of them in one; `undefined` where there was none. Counts of scopes begin with the window. */
  get window(): Window | undefined {
    if (this.#close === undefined) return undefined;
    const scopes = this.#scopes.state ?? null;
    return {
      open: { ...this.#open, scopes: scopes && zeroOf(scopes) },
      close: { ...this.#close, scopes, diagnosis: this.#diagnosis.diagnosis },
    };
  }
}
