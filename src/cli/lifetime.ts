/** Dumps come a few milliseconds early or late; the nearest one ends the lifetime. */
const EARLY_NS = 0.5e9;

/** How long to count: without an end, or until a moment on the kernel's clock. */
export class Lifetime {
  #endNs = Number.POSITIVE_INFINITY;

  /** Set the end. @param seconds - From `nowNs` on; may be infinite. */
  set(seconds: number, nowNs: number): void {
    this.#endNs = nowNs + seconds * 1e9;
  }

  isOver(nowNs: number): boolean {
    return nowNs >= this.#endNs - EARLY_NS;
  }

  /** Whole seconds; `null` where there is no end. */
  secondsLeft(nowNs: number): number | null {
    const left = (this.#endNs - nowNs) / 1e9;
    return Number.isFinite(left) ? Math.max(0, Math.round(left)) : null;
  }
}
