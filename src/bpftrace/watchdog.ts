/** After a pause of the whole machine timers fire before the input that waited is read; give that a chance first. */
const GRACE_MS = 500;

/** Calls `onSilence` once when no sign of life came for the time that was set. */
export class Watchdog {
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(onSilence: () => void) {
    this.#onSilence = onSilence;
  }

  /** A sign of life: wait `timeoutMs` for the next one. */
  expectWithin(timeoutMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(this.#onSilence, GRACE_MS);
    }, timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
