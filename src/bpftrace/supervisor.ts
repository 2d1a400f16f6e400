import { setTimeout as delay } from 'node:timers/promises';
import { type HostFacts, isAtLeast } from '../host/facts.ts';
import type { KernelClock } from '../host/kernel-clock.ts';
import type { Program } from '../program/render.ts';
import { type Dump, DumpReader, type ReaderLoss } from './dumps.ts';
import { describeEnd, explainFirstEnd, tracerDied } from './explain-end.ts';
import { joinCpus } from './join-cpus.ts';
import { parseLine } from './lines.ts';
import { MissReader } from './misses.ts';
import { makeRealTime } from './real-time.ts';
import { type RunningBpftrace, runBpftrace } from './run-bpftrace.ts';
import { type TaskBounds, TaskBoundsReader } from './task-bounds.ts';
import { LIMITS, type Limits } from './timeouts.ts';

/** A dump with what was read beside it the moment it was complete. */
export interface Sample {
  readonly dump: Dump;
  /** Which bpftrace it is of, from 0 on; the maps of each start at 0. */
  readonly run: number;
  /** Events that the kernel skipped, by attach point, since attach; `undefined` where that cannot be read. */
  readonly misses: ReadonlyMap<string, number> | undefined;
  /** The kernel's own numbers of tasks when the dump was cut; `undefined` where they cannot be read. */
  readonly tasks: TaskBounds | undefined;
}

/** Everything that may be missing from the counts. Counts since start. */
export interface Loss extends ReaderLoss {
  readonly restarts: number;
}

export interface SupervisorOptions {
  readonly facts: HostFacts;
  readonly program: Program;
  readonly clock: KernelClock;
  /** Time from one dump to the next. At most 1 s: a failing print is what ends an orphaned bpftrace. */
  readonly periodMs: number;
  /** How many keys a map can hold; bpftrace's own default where it is left out. */
  readonly mapKeys?: number | undefined;
  /** bpftrace reads its maps before all others run. */
  readonly isRealTime?: boolean;
  readonly onSample: (sample: Sample) => void;
  /** One sentence each time bpftrace could not be started again. */
  readonly onNotice: (sentence: string) => void;
  /** @defaultValue `LIMITS` */
  readonly limits?: Limits;
}

/** Keeps one bpftrace running and hands on its dumps, each with what was read beside it. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #limits: Limits;
  readonly #reader = new DumpReader();
  readonly #stopping = new AbortController();
  #bpftrace: RunningBpftrace | undefined;
  #supervision: Promise<void> | undefined;
  #run = 0;
  /** False while it is being proven that what is attached counts: an end is then the end of the attempt. */
  mayRestart = true;
  #lastEnd = '';
  #tasks: TaskBoundsReader | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#limits = options.limits ?? LIMITS;
  }

  /** How the bpftrace before this one ended, as the end of a sentence about it. */
  get lastEnd(): string {
    return this.#lastEnd;
  }

  get loss(): Loss {
    return { ...this.#reader.loss, restarts: this.#run };
  }

  /**
   * Start bpftrace, and start it again whenever it ends or falls silent. Resolves after `stop`.
   *
   * @throws UserError where it never printed a dump, where it may not be restarted, or where it keeps ending without one.
   */
  run(): Promise<void> {
    this.#openTasks();
    this.#supervision ??= this.#supervise();
    return this.#supervision;
  }

  /** End bpftrace. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#tasks?.stop();
    this.#tasks = undefined;
    await this.#bpftrace?.stop();
    await this.#supervision?.catch(() => {
      // Whoever called run() gets this failure; here only the end matters.
    });
  }

  /** Where the files are not there, or not the kernel's own, the plan says that what needs them is absent. */
  #openTasks(): void {
    const { clock, periodMs, facts } = this.#options;
    try {
      this.#tasks ??= new TaskBoundsReader({ clock, periodMs, cpus: facts.cpus });
    } catch {
      this.#tasks = undefined;
    }
  }

  async #supervise(): Promise<void> {
    let failures = 0;
    while (!this.#isStopping) {
      this.#bpftrace = this.#start();
      const outcome = await this.#bpftrace.outcome;
      if (this.#isStopping) return;
      if ((outcome.dumps === 0 && this.#run === 0) || !this.mayRestart) {
        throw explainFirstEnd(outcome, this.#options.facts);
      }
      failures = outcome.dumps > 0 ? 0 : failures + 1;
      const waitMs = this.#limits.restartDelaysMs[failures];
      if (waitMs === undefined) throw tracerDied(outcome, failures);
      this.#lastEnd = describeEnd(outcome);
      if (failures > 0) {
        this.#options.onNotice(
          `bpftrace ${this.#lastEnd} without a dump; it is tried again in ${waitMs / 1000} s`,
        );
      }
      this.#run += 1;
      this.#reader.restart();
      // stop() cuts the wait short, and the loop's condition then ends it.
      await delay(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  #start(): RunningBpftrace {
    const { facts, program, clock, periodMs, isRealTime, onSample } = this.#options;
    let misses: MissReader | undefined;
    const bpftrace = runBpftrace(
      {
        bpftrace: facts.bpftrace,
        privilege: facts.privilege,
        programText: program.text,
        mapKeys: this.#options.mapKeys,
        namesRawTracepoints:
          isAtLeast(facts.bpftrace, 0, 27) &&
          program.attachPoints.some((point) => point.startsWith('rawtracepoint:')),
        parameters: [String(clock.wallOffsetNs), String(periodMs * 1_000_000)],
      },
      this.#reader,
      this.#limits,
      program.tables === 'central' ? (text) => joinCpus(parseLine(text)) : parseLine,
      (dump) => {
        if (misses === undefined) {
          misses = new MissReader(bpftrace.pid ?? 0, program.attachPoints);
          // Not before: to compile a program takes a second, which nobody else should have to wait for.
          if (isRealTime) this.#makeRealTime(bpftrace.pid ?? 0);
        }
        onSample({
          dump,
          run: this.#run,
          misses: misses.read(),
          tasks: this.#tasks?.at(dump.kernelNs),
        });
      },
    );
    return bpftrace;
  }

  async #makeRealTime(pid: number): Promise<void> {
    const problem = await makeRealTime(pid);
    // One that ended meanwhile needs no priority.
    if (problem === undefined || this.#isStopping || this.#bpftrace?.pid !== pid) return;
    this.#options.onNotice(
      `bpftrace cannot be given real-time priority (${problem}): what the kernel skips by that is counted as skipped`,
    );
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }
}
