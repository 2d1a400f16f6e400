import type { Range } from '../../procfs/tasks.ts';

/** Readings that are kept. */
const KEPT = 8;

/** One value, read once or again and again. */
interface Reading {
  readonly value: number;
  /** When its first reading ended. */
  readonly fromNs: number;
  /** When its last reading began. */
  readonly toNs: number;
}

/**
 * A counter of the kernel that is read at other moments than dumps are cut. At the moment of a cut it lies between the readings
 * before and after it.
 */
export class BoundedCount {
  #readings: Reading[] = [];

  get latest(): number {
    return this.#readings.at(-1)?.value ?? 0;
  }

  /** Take a reading, which began and ended at two moments of the clock on which dumps are cut. */
  note(value: number, beganNs: number, endedNs: number): void {
    const last = this.#readings.at(-1);
    const reading = { value, fromNs: endedNs, toNs: beganNs };
    if (last?.value !== value) this.#readings = [...this.#readings.slice(1 - KEPT), reading];
    else this.#readings[this.#readings.length - 1] = { ...last, toNs: beganNs };
  }

  /** Before the first reading it was at least `least`, after the last one at least what was read. */
  at(cutNs: number, least: number): Range {
    const before = this.#readings.findLast(({ fromNs }) => fromNs <= cutNs);
    const after = this.#readings.find(({ toNs }) => toNs >= cutNs);
    const low = before?.value ?? least;
    return { low, high: Math.max(low, after?.value ?? this.latest) };
  }
}
