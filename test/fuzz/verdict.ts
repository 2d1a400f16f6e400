import { createContext, Script } from 'node:vm';
import { UserError } from '../../src/errors.ts';
import type { Target } from './target.ts';

/** What an input may take: 100 ms for each 100 kB, and for a short one what starting anything may take. */
const LIMIT_MS_PER_BYTE = 100 / 100_000;
const LIMIT_MS_OF_SHORT = 10;

/** How often a slow input is measured again: the fastest time counts, because others run beside us. */
const REPETITIONS = 7;

/** No longer than this is it measured again: nobody who runs beside us makes it that slow. */
const REPEAT_MS = 1_000;

/** An input that takes this long will not end. */
const ENDLESS_MS = 20_000;

/** An input that broke its parser. */
export interface Failure {
  readonly input: Buffer;
  readonly sentence: string;
}

/** What one input did. `took` is in milliseconds. */
interface Tried {
  readonly failure: string | undefined;
  readonly tookMs: number;
}

/**
 * Runs inputs and judges them. Runs many at once under one time limit, because the limit costs more than a parser.
 */
export class Judge {
  readonly #target: Target;
  readonly #endlessMs: number;
  readonly #context: { run: () => void };
  readonly #script = new Script('run()');
  #slowestMs = 0;

  constructor(target: Target, endlessMs = ENDLESS_MS) {
    this.#target = target;
    this.#endlessMs = endlessMs;
    this.#context = createContext({ run: () => {} }) as { run: () => void };
  }

  /** The longest that an input took, in milliseconds for 100 kB; of long inputs alone, because a start takes time too. */
  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** @returns The first failure; `undefined` where all inputs passed. */
  judge(inputs: readonly Buffer[]): Failure | undefined {
    let at = 0;
    let failure: Failure | undefined;
    const isEnded = this.#runWithin(() => {
      for (; at < inputs.length && failure === undefined; at += 1) {
        const input = inputs[at] ?? Buffer.alloc(0);
        const sentence = this.#judgeOne(input);
        if (sentence !== undefined) failure = { input, sentence };
      }
    });
    const input = inputs[at];
    if (isEnded || input === undefined) return failure;
    return { input, sentence: `it took more than ${this.#endlessMs} ms` };
  }

  #judgeOne(input: Buffer): string | undefined {
    const { failure, tookMs } = this.#try(input);
    const limitMs = Math.max(LIMIT_MS_OF_SHORT, LIMIT_MS_PER_BYTE * input.length);
    if (failure !== undefined) return failure;
    const fastestMs = tookMs > limitMs / 2 ? this.#repeat(input, tookMs, limitMs / 2) : tookMs;
    if (input.length >= 50_000) {
      this.#slowestMs = Math.max(this.#slowestMs, (fastestMs * 100_000) / input.length);
    }
    return fastestMs > limitMs
      ? `${input.length} bytes took ${fastestMs.toFixed(1)} ms, more than ${limitMs.toFixed(1)}`
      : undefined;
  }

  /**
   * The fastest of some times, measured until one is below `enoughMs`. Others run beside us, so that the time of our own
   * CPU counts where it is shorter.
   */
  #repeat(input: Buffer, firstMs: number, enoughMs: number): number {
    let fastestMs = firstMs;
    const deadlineMs = performance.now() + REPEAT_MS;
    for (let i = 0; i < REPETITIONS && fastestMs > enoughMs; i += 1) {
      if (performance.now() > deadlineMs) break;
      const before = process.cpuUsage();
      const { tookMs } = this.#try(input);
      const { user, system } = process.cpuUsage(before);
      fastestMs = Math.min(fastestMs, tookMs, (user + system) / 1_000);
    }
    return fastestMs;
  }

  #try(input: Buffer): Tried {
    const beganMs = performance.now();
    try {
      this.#target.run(input);
      return { failure: undefined, tookMs: performance.now() - beganMs };
    } catch (error) {
      const tookMs = performance.now() - beganMs;
      return { failure: error instanceof UserError ? undefined : describe(error), tookMs };
    }
  }

  /** @returns Whether it ended in time. */
  #runWithin(run: () => void): boolean {
    this.#context.run = run;
    try {
      this.#script.runInContext(this.#context, { timeout: this.#endlessMs });
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      return false;
    }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `it threw ${String(error)}`;
  const places = error.stack
    ?.split('\n')
    .slice(0, 4)
    .map((line) => line.trim());
  return places?.join(' ').slice(0, 500) ?? error.message;
}
