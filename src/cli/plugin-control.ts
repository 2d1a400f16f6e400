import type { Answer } from '../netdata/functions/answer.ts';
import {
  type CollectorState,
  refuseWish,
  showState,
  type Wish,
} from '../netdata/functions/control.ts';
import type { Lifetime } from './lifetime.ts';

/** Whether the plugin counts, and until when: what was configured, and what functions ask for. */
export class PluginControl {
  readonly #lifetime: Lifetime;
  /** Seconds of a lifetime where a function does not say. */
  readonly #defaultSeconds: number;
  readonly #nowNs: () => number;
  #isRunning = false;
  #seconds: number;
  #isByRequest: boolean;
  #wake: (() => void) | undefined;

  /**
   * @param seconds - To run at first; infinite without an end, 0 to wait for a function.
   * @param nowNs - The clock of the lifetime.
   */
  constructor(lifetime: Lifetime, seconds: number, defaultSeconds: number, nowNs: () => number) {
    this.#lifetime = lifetime;
    this.#seconds = seconds;
    this.#isByRequest = seconds === 0;
    this.#defaultSeconds = defaultSeconds;
    this.#nowNs = nowNs;
  }

  /** A function has switched it on or off: at its end it waits for another. */
  get isByRequest(): boolean {
    return this.#isByRequest;
  }

  /** Resolves when it is to count. @throws The reason of `signal`. */
  async untilEnabled(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#seconds > 0) return;
    await new Promise<void>((resolve, reject) => {
      this.#wake = resolve;
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  /** It counts from now on. */
  begin(): void {
    this.#isRunning = true;
    this.#lifetime.set(this.#seconds, this.#nowNs());
  }

  /** It does not count any more. */
  end(): void {
    this.#isRunning = false;
    this.#seconds = 0;
  }

  obey(wish: Wish): Answer {
    switch (wish.kind) {
      case 'show':
        return showState(this.#state);
      case 'wrong':
        return refuseWish(wish.sentence);
      case 'disable':
        this.#isByRequest = true;
        this.#seconds = 0;
        this.#lifetime.set(0, this.#nowNs());
        return showState({ isRunning: false, secondsLeft: 0 });
      default:
        return this.#enable(wish.kind, wish.seconds ?? this.#defaultSeconds);
    }
  }

  #enable(kind: 'enable' | 'extend', seconds: number): Answer {
    if (!this.#isOn) return kind === 'enable' ? this.#start(seconds) : refuseWish(STOPPED);
    if (!Number.isFinite(this.#seconds)) return refuseWish(ENDLESS);
    const left = this.#isRunning ? (this.#lifetime.secondsLeft(this.#nowNs()) ?? 0) : this.#seconds;
    return this.#start(kind === 'extend' ? left + seconds : seconds);
  }

  #start(seconds: number): Answer {
    this.#isByRequest = true;
    this.#seconds = seconds;
    if (this.#isRunning) this.#lifetime.set(seconds, this.#nowNs());
    this.#wake?.();
    return showState(this.#state);
  }

  get #isOn(): boolean {
    return this.#seconds > 0;
  }

  get #state(): CollectorState {
    if (!this.#isOn) return { isRunning: false, secondsLeft: 0 };
    const left = this.#isRunning ? this.#lifetime.secondsLeft(this.#nowNs()) : this.#seconds;
    return { isRunning: true, secondsLeft: left !== null && Number.isFinite(left) ? left : null };
  }
}

const STOPPED = 'it does not run: enable:SECONDS starts it';
const ENDLESS = 'it runs without an end, as it is configured; disable ends it';
