import { runSelfTest } from '../bpftrace/self-test.ts';
import { type Loss, type Sample, Supervisor } from '../bpftrace/supervisor.ts';
import { LIMITS, type Limits } from '../bpftrace/timeouts.ts';
import { buildAudit } from '../counters/audit.ts';
import { addReleased, type Totals, TotalsBuilder } from '../counters/totals.ts';
import { type KernelClock, readKernelClock } from '../host/kernel-clock.ts';
import type { Plan, TaskEvent } from '../plan/plan.ts';
import type { Attributor } from '../scopes/attributor.ts';
import type { Compiled } from './compile.ts';

interface Taken {
  readonly reading: Sample;
  readonly sample: Totals;
}

interface Waiter {
  resolve(taken: Taken): void;
  reject(reason: unknown): void;
}

export interface WatchOptions {
  readonly periodMs: number;
  /** Called with every sample, in order, also with those that nobody waits for. */
  readonly onSample?: (sample: Totals) => void;
  readonly onNotice: (sentence: string) => void;
  /** Gets every dump after its sample was made. */
  readonly attributor?: Attributor | undefined;
  readonly limits?: Limits;
}

/** A tracer that runs, and the samples that come of it. */
export class Watch {
  readonly clock: KernelClock;
  readonly #compiled: Compiled;
  readonly #onNotice: (sentence: string) => void;
  readonly #limits: Limits;
  readonly #tracer: Supervisor;
  readonly #samples: TotalsBuilder;
  #waiters: Waiter[] = [];
  #latest: Taken | undefined;
  #failure: { readonly reason: unknown } | undefined;

  constructor(compiled: Compiled, options: WatchOptions) {
    const { facts, plan, program } = compiled;
    this.#samples = new TotalsBuilder(plan, facts.cpus);
    this.clock = readKernelClock(facts);
    this.#compiled = compiled;
    this.#onNotice = options.onNotice;
    this.#limits = options.limits ?? LIMITS;
    this.#tracer = new Supervisor({
      facts,
      program,
      clock: this.clock,
      periodMs: options.periodMs,
      mapKeys: countKeys(plan, compiled.pidTableSize),
      isRealTime: plan.isRealTime,
      limits: this.#limits,
      onNotice: options.onNotice,
      onReading: (reading) => {
        const sample = this.#samples.next(reading);
        const before = this.#latest?.sample;
        if (before !== undefined && before.run !== sample.run) {
          options.onNotice(describeHole(before, sample, this.#tracer.lastEnd));
        }
        options.attributor?.take(reading.dump, reading.run, performance.now(), {
          count: sample.corrected.released,
          readAtNs: sample.kernelNs + reading.latenessNs,
        });
        options.onSample?.(sample);
        this.#latest = { reading, sample };
        this.wake();
      },
    });
  }

  get loss(): Loss {
    return this.#tracer.loss;
  }

  /**
   * The last sample. What stands in the attributor is of this one, and of none that was awaited before: while a promise
   * resolves, more dumps may be taken.
   */
  get latest(): Totals {
    if (this.#latest === undefined) throw new Error('there is no sample before start() resolves');
    return this.#latest.sample;
  }

  /**
   * Start, and wait until every attached event has counted an event of our own: from `latest` on everything is counted.
   *
   * @returns The events that are attached and do not count.
   */
  async start(): Promise<readonly TaskEvent[]> {
    this.#tracer.mayRestart = false;
    this.#tracer.run().catch((reason: unknown) => this.abort(reason));
    const { plan } = this.#compiled;
    const nextReading = async () => (await this.#next()).reading;
    const { silent, unproven } = await runSelfTest(plan, nextReading, this.#limits.proofTimeoutMs);
    if (unproven !== undefined) this.#onNotice(unproven);
    this.#tracer.mayRestart = true;
    return silent;
  }

  /** Give those who wait the latest sample once more, where there is one. */
  wake(): void {
    const latest = this.#latest;
    if (latest === undefined) return;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(latest);
  }

  /** Let those who wait, now and later, fail with a reason. */
  abort(reason: unknown): void {
    this.#failure ??= { reason };
    for (const waiter of this.#waiters.splice(0)) waiter.reject(reason);
  }

  /** Resolves when there is another `latest`. @throws UserError where the tracer has failed for good. */
  async nextSample(): Promise<void> {
    await this.#next();
  }

  /** Count releases that were not seen, from `latest` on: the tasks are gone. */
  assumeReleased(count: number): void {
    this.#samples.assumeReleased(count);
    if (this.#latest === undefined) return;
    const { reading, sample } = this.#latest;
    this.#latest = { reading, sample: addReleased(sample, count) };
  }

  /** Resolves when bpftrace is gone. */
  stop(): Promise<void> {
    return this.#tracer.stop();
  }

  #next(): Promise<Taken> {
    return new Promise((resolve, reject) => {
      if (this.#failure) reject(this.#failure.reason);
      else this.#waiters.push({ resolve, reject });
    });
  }
}

/**
 * How many keys a map must hold, so that it holds so many tasks; `undefined` where there are none. Without type information
 * each short-lived task has a key for its end and one for its release.
 */
function countKeys({ keying }: Plan, tasks: number): number | undefined {
  if (keying === null) return undefined;
  return keying.by === 'ids' ? 2 * tasks : tasks;
}

/** What a restart of bpftrace cost: the time without it, and the tasks that /proc/stat counted and we did not. */
function describeHole(before: Totals, after: Totals, end: string): string {
  const seconds = ((after.kernelNs - before.kernelNs) / 1e9).toFixed(1);
  const { created, proc_stat } = buildAudit(before, after);
  const lost =
    created === null ? 'what was created' : `${Math.max(0, proc_stat - created)} created tasks`;
  return `bpftrace ${end} and was started again; in these ${seconds} s ${lost} and what ended meanwhile were not counted`;
}
