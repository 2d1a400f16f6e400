/** Share of the time that a `Seldom` may take. */
const SHARE = 0.01;

/** Does something that takes time whenever it is asked to, unless that would take more than a hundredth of all time. */
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
