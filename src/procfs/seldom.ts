/** Share of the time that one `Seldom` may take: a live watch has several of them, and 2 % of a CPU for all that it does. */
const SHARE = 0.003;

/** Does something that takes time whenever it is asked to, unless that would take more than 0.3 % of all time. */
export class Seldom {
  readonly #nowMs: () => number;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  /** @param nowMs - Reads a clock. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** @returns What `action` returned; `undefined` where it is too early for it. */
  run<Result>(action: () => Result): Result | undefined {
    const beganMs = this.#nowMs();
    if (beganMs < this.#notBeforeMs) return undefined;
    const result = action();
    const endedMs = this.#nowMs();
    this.#notBeforeMs = beganMs + (endedMs - beganMs) / SHARE;
    return result;
  }
}
