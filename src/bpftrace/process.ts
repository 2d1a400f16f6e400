import type { Ended } from '../host/run.ts';
import type { BpftraceChild } from './child.ts';
import type { BpftraceCommand } from './command.ts';
import type { Dump, DumpReader } from './dumps.ts';
import { LineSplitter } from './line-splitter.ts';
import type { Line } from './lines.ts';
import type { LoadedProgram } from './misses.ts';
import { spawnBpftrace } from './spawn.ts';
import { type Limits, PAUSE_GRACE_MS, STDERR_KEPT_BYTES } from './timeouts.ts';

/** How one bpftrace ended. */
export interface BpftraceEnd {
  /** `exit code 255`, `signal SIGKILL`, `could not be started: …`, `its dump could not be taken: …`. */
  readonly how: string;
  /** The last bytes of its stderr. */
  readonly stderr: string;
  readonly dumps: number;
  /** Time from its first dump to its last, in milliseconds. */
  readonly ranMs: number;
  /** Why we ended it: no dump came in time (`silent`), or its output was not bpftrace's JSON (`garbage`). */
  readonly endedFor: 'silent' | 'garbage' | undefined;
}

export interface ProcessOptions {
  readonly command: BpftraceCommand;
  /** Takes its lines. */
  readonly reader: DumpReader;
  readonly parse: (text: string) => Line;
  readonly limits: Limits;
  /** What it throws ends bpftrace. */
  readonly onDump: (dump: Dump) => void;
}

/**
 * One run of bpftrace: hands on its dumps, and ends it when they stop coming.
 *
 * bpftrace runs in a session (setsid) of its own, so that Ctrl-C on the terminal reaches us and not it. If we are killed, its
 * lifeline ends it, or else its next print, which nobody reads.
 */
export class BpftraceProcess {
  /** `undefined` where it could not be started, and where the launcher has started it. */
  readonly pid: number | undefined;
  /** Resolves when it is gone; never rejects. */
  readonly ended: Promise<BpftraceEnd>;
  readonly #options: ProcessOptions;
  /** `undefined` where not even that could be tried. */
  readonly #child: BpftraceChild | undefined;
  readonly #brokenBefore: number;
  #dumps = 0;
  #firstDumpMs = 0;
  #lastDumpMs = 0;
  #endedFor: BpftraceEnd['endedFor'];
  #silence: NodeJS.Timeout | undefined;
  #isKilled = false;
  /** What `onDump` threw. */
  #failure: Error | undefined;

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.#brokenBefore = options.reader.loss.brokenLines;
    try {
      this.#child = spawnBpftrace(options.command);
      this.#expectDumpWithin(options.limits.firstDumpTimeoutMs);
      this.ended = this.#follow(this.#child);
    } catch (error) {
      const how = `could not be started: ${(error as Error).message}`;
      this.ended = Promise.resolve(this.#toEnd(how, ''));
    }
    this.pid = this.#child?.pid;
  }

  /**
   * End it. Resolves when it is gone; the kernel takes 0.1 s for each attached tracepoint.
   *
   * bpftrace is killed, because nothing that it attached outlives it. Behind sudo it is SIGTERM, which sudo passes on: a
   * killed sudo would leave bpftrace behind.
   */
  async stop(): Promise<void> {
    const { command, limits } = this.#options;
    if (command.privilege !== 'root') this.#child?.kill('SIGTERM');
    else this.#kill();
    const giveUp = setTimeout(() => this.#kill(), limits.stopTimeoutMs);
    await this.ended;
    clearTimeout(giveUp);
  }

  /** Its BPF programs as the launcher told of them last, in the order in which they were loaded. */
  get programs(): readonly LoadedProgram[] {
    return this.#child?.programs ?? [];
  }

  #kill(): void {
    this.#isKilled = true;
    this.#child?.kill('SIGKILL');
    // We may not signal a bpftrace that a killed sudo leaves behind. Its next print fails without a reader, and ends it.
    this.#child?.stdout.destroy();
  }

  #endFor(reason: BpftraceEnd['endedFor']): void {
    this.#endedFor = reason;
    this.#kill();
  }

  #take(text: string): void {
    const { reader, parse, limits, onDump } = this.#options;
    const dump = reader.push(parse(text));
    if (dump !== undefined) {
      this.#dumps += 1;
      this.#lastDumpMs = performance.now();
      if (this.#dumps === 1) this.#firstDumpMs = this.#lastDumpMs;
      this.#expectDumpWithin(limits.silenceTimeoutMs);
      onDump(dump);
    } else if (this.#dumps === 0 && this.#brokenLines > limits.brokenLineBudget) {
      this.#endFor('garbage');
    }
  }

  get #brokenLines(): number {
    return this.#options.reader.loss.brokenLines - this.#brokenBefore;
  }

  #expectDumpWithin(timeoutMs: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      // After a pause of the whole machine, timers fire before waiting output is read. Let it be read first.
      this.#silence = setTimeout(() => this.#endFor('silent'), PAUSE_GRACE_MS);
    }, timeoutMs);
  }

  async #follow(child: BpftraceChild): Promise<BpftraceEnd> {
    let stderr = '';
    child.stderr.setEncoding('latin1').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_KEPT_BYTES);
    });
    await this.#readLines(child);
    const ended = await child.ended;
    const end = this.#toEnd(
      this.#failure === undefined
        ? describe(ended)
        : `its dump could not be taken: ${this.#failure.message}`,
      stderr,
    );
    clearTimeout(this.#silence);
    return end;
  }

  #toEnd(how: string, stderr: string): BpftraceEnd {
    const ranMs = this.#lastDumpMs - this.#firstDumpMs;
    return { how, stderr, dumps: this.#dumps, ranMs, endedFor: this.#endedFor };
  }

  async #readLines(child: BpftraceChild): Promise<void> {
    const splitter = new LineSplitter(this.#options.limits.longestLineBytes);
    try {
      // latin1 keeps every byte: 0.11 to 0.16 print the bytes of names as they are.
      for await (const chunk of child.stdout.setEncoding('latin1')) {
        for (const line of splitter.push(chunk)) if (!child.takes(line)) this.#take(line);
        if (splitter.isTooLong) this.#endFor('garbage');
      }
    } catch (error) {
      // Expected where #kill destroyed the stream. Else its dump could not be taken: without a reader it is to end.
      if (this.#isKilled) return;
      this.#failure = error as Error;
      this.#kill();
      return;
    }
    const rest = splitter.takeRest();
    if (rest !== '' && !child.takes(rest)) this.#take(rest);
  }
}

function describe({ exitCode, signal, problem }: Ended): string {
  if (signal !== undefined) return `signal ${signal}`;
  return exitCode === undefined ? `could not be started: ${problem}` : `exit code ${exitCode}`;
}
