import { setTimeout as delay } from 'node:timers/promises';
import { type HostFacts, isByLauncher } from '../host/facts.ts';
import type { KernelClock } from '../host/kernel-clock.ts';
import { readLifeline } from '../host/lifeline.ts';
import type { Plan } from '../plan/plan.ts';
import type { ProcessUsage } from '../procfs/usage.ts';
import type { Program } from '../program/render.ts';
import type { BpftraceCommand } from './command.ts';
import { DumpReader, type ReaderLoss } from './dumps.ts';
import { describeEnd, explainFirstEnd } from './explain-end.ts';
import type { BpftraceUsage } from './kernel-usage.ts';
import { parseLine } from './lines.ts';
import { type Machine, THIS_MACHINE } from './machine.ts';
import { type MissSource, matchPrograms } from './misses.ts';
import { BpftraceProcess } from './process.ts';
import { makeRealTime } from './real-time.ts';
import { isTold, type Restart, Restarts } from './restarts.ts';
import type { Sample } from './sample.ts';
import { runSelfTest, type SelfTestResult } from './self-test.ts';
import type { TaskBoundsSource } from './task-bounds.ts';
import { LIMITS, type Limits } from './timeouts.ts';

/** What may be missing from the counts because of bpftrace. Counts since the start. */
export interface Loss extends ReaderLoss {
  readonly restarts: number;
}

/** What we use ourselves. */
export interface Usage {
  readonly node: ProcessUsage;
  /** `undefined` while there is no bpftrace, or where that cannot be read. */
  readonly bpftrace: BpftraceUsage | undefined;
}

export interface SupervisorOptions {
  readonly facts: HostFacts;
  readonly plan: Plan;
  readonly program: Program;
  readonly clock: KernelClock;
  /** Time from one dump to the next. At most 1 s: without a lifeline, a bpftrace that outlives us ends with its next print. */
  readonly periodMs: number;
  /** Values of `$3`, `$4`, … in the program. */
  readonly parameters?: readonly string[] | undefined;
  /** How many keys a map can hold. @defaultValue bpftrace's own 4,096 */
  readonly mapKeys?: number | undefined;
  readonly onSample: (sample: Sample) => void;
  /** Called with one sentence for the user, when something goes wrong and the session goes on. */
  readonly onNotice: (sentence: string) => void;
  /** @defaultValue `LIMITS` */
  readonly limits?: Limits | undefined;
  /** @defaultValue `THIS_MACHINE` */
  readonly machine?: Machine | undefined;
}

/** Keeps a bpftrace running, and hands on the samples of each run. */
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

  readUsage(): Usage {
    const pid = this.#running?.pid;
    const { root } = this.#options.facts.processes;
    return {
      node: this.#machine.readNodeUsage(),
      bpftrace: pid === undefined ? undefined : this.#machine.readBpftraceUsage(pid, root),
    };
  }

  /**
   * Start bpftrace, and wait for its self-test. From then on a bpftrace that ends or falls silent is started again, without
   * limit.
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

  /** Where the kernel's numbers cannot be had, there are no bounds; the plan says what is absent without them. */
  #openTasks(): void {
    const { clock, periodMs, facts } = this.#options;
    const { cpus, taskNumbers } = facts;
    if ('problem' in taskNumbers) return;
    try {
      const { root } = taskNumbers;
      this.#tasks ??= this.#machine.openTaskBounds({ clock, periodMs, cpus, root });
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
    const { program, plan, facts } = this.#options;
    let misses: MissSource | undefined;
    const running = new BpftraceProcess({
      command: this.#toCommand(),
      reader: this.#reader,
      parse: (text) => parseLine(text, program.layout),
      limits: this.#limits,
      onDump: (dump) => {
        if (misses === undefined) {
          misses = isByLauncher(facts.privilege)
            ? { read: () => matchPrograms(program.attachPoints, running.programs) }
            : this.#machine.openMisses(
                running.pid ?? 0,
                program.attachPoints,
                facts.processes.root,
              );
          // Not before the first dump: bpftrace compiles for up to a second, which must not hold up others.
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
    const { facts, program, clock, periodMs, mapKeys, parameters = [] } = this.#options;
    return {
      bpftrace: facts.bpftrace,
      privilege: facts.privilege,
      lifeline: this.#lifeline,
      programText: program.text,
      mapKeys,
      attachPoints: program.attachPoints,
      parameters: [String(clock.wallOffsetNs), String(periodMs * 1_000_000), ...parameters],
    };
  }

  #take(sample: Sample): void {
    this.#options.onSample(sample);
    for (const resolve of this.#waiters.splice(0)) resolve(sample);
  }

  /** Rejects with the signal's reason when the supervisor is to stop. */
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
    // It has ended meanwhile, and chrt failed for that.
    if (problem === undefined || this.#isStopping || this.#running !== running) return;
    this.#options.onNotice(
      `bpftrace cannot be given real-time priority (${problem}): the kernel may miss events, which are counted as missed`,
    );
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }
}
