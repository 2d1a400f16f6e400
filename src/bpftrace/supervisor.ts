import { setTimeout as delay } from 'node:timers/promises';
import { type HostFacts, isAtLeast } from '../host/facts.ts';
import type { KernelClock } from '../host/kernel-clock.ts';
import { readLifeline } from '../host/lifeline.ts';
import type { Plan } from '../plan/plan.ts';
import type { Program } from '../program/render.ts';
import type { BpftraceCommand } from './command.ts';
import { DumpReader, type ReaderLoss } from './dumps.ts';
import { describeEnd, explainFirstEnd } from './explain-end.ts';
import { parseLine } from './lines.ts';
import { type Machine, THIS_MACHINE } from './machine.ts';
import type { MissSource } from './misses.ts';
import { BpftraceProcess } from './process.ts';
import { makeRealTime } from './real-time.ts';
import { isTold, type Restart, Restarts } from './restarts.ts';
import type { Sample } from './sample.ts';
import { runSelfTest, type SelfTestResult } from './self-test.ts';
import type { TaskBoundsSource } from './task-bounds.ts';
import { LIMITS, type Limits } from './timeouts.ts';

/** Everything that may be missing from the counts. Counts since start. */
export interface Loss extends ReaderLoss {
  readonly restarts: number;
}

export interface SupervisorOptions {
  readonly facts: HostFacts;
  readonly plan: Plan;
  readonly program: Program;
  readonly clock: KernelClock;
  /** Time from one dump to the next. At most 1 s: a failing print is what ends an orphaned bpftrace without a lifeline. */
  readonly periodMs: number;
  /** How many keys a map can hold; bpftrace's own default where it is left out. */
  readonly mapKeys?: number | undefined;
  readonly onSample: (sample: Sample) => void;
  /** One sentence for the user, about what is not as it should be. */
  readonly onNotice: (sentence: string) => void;
  /** @defaultValue `LIMITS` */
  readonly limits?: Limits | undefined;
  /** @defaultValue `THIS_MACHINE` */
  readonly machine?: Machine | undefined;
}

/** Runs one bpftrace after another, and hands on the dumps of each with what was read beside them. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #limits: Limits;
  readonly #machine: Machine;
  readonly #reader = new DumpReader();
  readonly #restarts: Restarts;
  readonly #stopping = new AbortController();
  readonly #waiters: ((sample: Sample) => void)[] = [];
  #lifeline: readonly string[] = [];
  #tasks: TaskBoundsSource | undefined;
  #running: BpftraceProcess | undefined;
  #supervision: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#limits = options.limits ?? LIMITS;
    this.#machine = options.machine ?? THIS_MACHINE;
    this.#restarts = new Restarts(this.#limits.restartDelaysMs);
  }

  /** The last restart; `undefined` where there was none. */
  get lastRestart(): Restart | undefined {
    return this.#restarts.latest;
  }

  get loss(): Loss {
    return { ...this.#reader.loss, restarts: this.#restarts.total };
  }

  /**
   * Start bpftrace, and wait for its self-test. From then on another one is started whenever one ends or falls silent,
   * without end.
   *
   * @param signal - Ends the start, and bpftrace with it.
   * @throws UserError where bpftrace ends before its self-test does; the reason of `signal` where that came first.
   */
  async start(signal: AbortSignal): Promise<SelfTestResult> {
    const stop = () => this.#stopping.abort(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    try {
      return await this.#start();
    } finally {
      signal.removeEventListener('abort', stop);
      if (this.#isStopping) await this.stop();
    }
  }

  /** End bpftrace, and start no other. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#tasks?.stop();
    this.#tasks = undefined;
    await this.#running?.stop();
    await this.#supervision;
  }

  async #start(): Promise<SelfTestResult> {
    const { facts, plan } = this.#options;
    this.#lifeline = await readLifeline(facts.privilege);
    this.#stopping.signal.throwIfAborted();
    this.#openTasks();
    const first = this.#open();
    const over = Promise.race([this.#aborted(), first.ended]).then((end) => {
      throw explainFirstEnd(end, facts);
    });
    const nextSample = () => Promise.race([this.#nextSample(), over]);
    const result = await runSelfTest(
      plan,
      nextSample,
      this.#limits.selfTestTimeoutMs,
      this.#machine.selfTestEvents,
    );
    this.#supervision = this.#supervise(first);
    return result;
  }

  /** Where the files are not there, or not the kernel's own, the plan says that what needs them is absent. */
  #openTasks(): void {
    const { clock, periodMs, facts } = this.#options;
    try {
      this.#tasks ??= this.#machine.openTaskBounds({ clock, periodMs, cpus: facts.cpus });
    } catch {
      this.#tasks = undefined;
    }
  }

  async #supervise(first: BpftraceProcess): Promise<void> {
    for (let running = first; ; running = this.#open()) {
      const end = await running.ended;
      if (this.#isStopping) return;
      const waitMs = this.#restarts.add(describeEnd(end), end.ranMs);
      const { latest } = this.#restarts;
      if (end.dumps === 0 && latest !== undefined && isTold(latest)) {
        this.#options.onNotice(
          `bpftrace ${latest.end} without a dump; it has ended ${latest.inARow} times in a row and is tried again, at growing distances`,
        );
      }
      this.#reader.restart();
      // stop() cuts the wait short.
      await delay(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#isStopping) return;
    }
  }

  /** Start one bpftrace. */
  #open(): BpftraceProcess {
    const { program, plan } = this.#options;
    let misses: MissSource | undefined;
    const running = new BpftraceProcess({
      command: this.#toCommand(),
      reader: this.#reader,
      parse: (text) => parseLine(text, program.layout),
      limits: this.#limits,
      onDump: (dump) => {
        if (misses === undefined) {
          misses = this.#machine.openMisses(running.pid ?? 0, program.attachPoints);
          // Not before: to compile a program takes a second, which nobody else should have to wait for.
          if (plan.isRealTime) this.#makeRealTime(running);
        }
        this.#take({
          dump,
          run: this.#restarts.total,
          misses: misses.read(),
          tasks: this.#tasks?.at(dump.kernelNs),
        });
      },
    });
    this.#running = running;
    return running;
  }

  #toCommand(): BpftraceCommand {
    const { facts, program, clock, periodMs, mapKeys } = this.#options;
    return {
      bpftrace: facts.bpftrace,
      privilege: facts.privilege,
      lifeline: this.#lifeline,
      programText: program.text,
      mapKeys,
      namesRawTracepoints:
        isAtLeast(facts.bpftrace, 0, 27) &&
        program.attachPoints.some((point) => point.startsWith('rawtracepoint:')),
      parameters: [String(clock.wallOffsetNs), String(periodMs * 1_000_000)],
    };
  }

  #take(sample: Sample): void {
    this.#options.onSample(sample);
    for (const resolve of this.#waiters.splice(0)) resolve(sample);
  }

  /** Rejects when this is to stop. */
  #aborted(): Promise<never> {
    const { signal } = this.#stopping;
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  }

  #nextSample(): Promise<Sample> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  async #makeRealTime(running: BpftraceProcess): Promise<void> {
    const problem = await makeRealTime(running.pid ?? 0);
    // One that ended meanwhile needs no priority.
    if (problem === undefined || this.#isStopping || this.#running !== running) return;
    this.#options.onNotice(
      `bpftrace cannot be given real-time priority (${problem}): events that the kernel misses because of that are counted as missed`,
    );
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }
}
