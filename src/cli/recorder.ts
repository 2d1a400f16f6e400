import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { End, Header } from '../recording/header.ts';
import { RECORDING_VERSION } from '../recording/header.ts';
import { RecordingWriter } from '../recording/writer.ts';
import type { ToldFacts } from '../report/build-report.ts';
import type { Compiled } from '../session/compile.ts';
import type { Snapshot } from '../session/snapshot.ts';
import { RecordingOutput } from './recording-output.ts';
import { readVersion } from './version.ts';

/** Records the snapshots of one session. */
export class Recorder {
  readonly #output: RecordingOutput;
  readonly #file: string;
  #writer: RecordingWriter | undefined;
  readonly #notices: string[] = [];
  #toldNotices = 0;
  #first: Snapshot | undefined;
  #last: Snapshot | undefined;
  #snapshots = 0;

  /**
   * @param file - `-` for standard output.
   * @param mostBytes - See `RecordingOutput`.
   * @param warnings - What is to be said of every window.
   * @param stdout - For `-`.
   */
  constructor(
    file: string,
    mostBytes: number,
    warnings: readonly string[],
    stdout: NodeJS.WriteStream = process.stdout,
  ) {
    this.#file = file;
    this.#notices.push(...warnings);
    this.#output = new RecordingOutput(
      file,
      mostBytes,
      () => this.#writer?.beginFile() ?? '',
      stdout,
    );
  }

  /** All that is to be said of the whole time. */
  get notices(): readonly string[] {
    return this.#notices;
  }

  /** Create the file. @throws UserError `OUTPUT_UNWRITABLE`. */
  open(): void {
    this.#output.open();
  }

  /** The session has started. */
  async begin({ facts, plan, settings }: Compiled): Promise<void> {
    const { kernel, bpftrace, btf, cpus } = facts;
    const told: ToldFacts = {
      kernel: { release: kernel.release },
      bpftrace: { version: bpftrace.version },
      btf,
      cpus,
    };
    const header: Omit<Header, 'part'> = {
      recording: RECORDING_VERSION,
      program: readVersion(),
      id: randomUUID(),
      host: hostname(),
      facts: told,
      plan: {
        events: plan.events,
        keying: plan.keying && { by: plan.keying.by },
        warnings: plan.warnings,
        notes: plan.notes,
      },
      wants: { apps: settings.apps, cgroups: settings.cgroups },
      notices: [...this.#notices],
    };
    this.#toldNotices = this.#notices.length;
    this.#writer = new RecordingWriter(header);
    await this.#output.begin();
  }

  /** Something happened that a reader must know; it is written before the next snapshot. */
  notice(sentence: string): void {
    this.#notices.push(sentence);
  }

  async take(snapshot: Snapshot): Promise<void> {
    const writer = this.#writer;
    if (writer === undefined) return;
    for (const sentence of this.#notices.slice(this.#toldNotices)) {
      await this.#output.write(() => writer.notice(sentence));
    }
    this.#toldNotices = this.#notices.length;
    await this.#output.write(() => writer.snapshot(snapshot));
    this.#first ??= snapshot;
    this.#last = snapshot;
    this.#snapshots += 1;
  }

  async end(end: End): Promise<void> {
    const writer = this.#writer;
    if (writer !== undefined) await this.#output.write(() => writer.end(end));
  }

  async close(): Promise<void> {
    await this.#output.close();
  }

  /** How long was recorded, in seconds. */
  get seconds(): number {
    const [first, last] = [this.#first, this.#last];
    if (first === undefined || last === undefined) return 0;
    return (last.totals.kernelNs - first.totals.kernelNs) / 1e9;
  }

  /** `60.0 s in 61 snapshots and 52 kB: ebpf-processes replay FILE`. */
  get summary(): string {
    const { bytes, isCut } = this.#output;
    const size = bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
    const cut = isCut ? '; the begin did not fit into --max-size' : '';
    const next = this.#file === '-' ? '' : `; see it with: ebpf-processes replay ${this.#file}`;
    return `recorded ${this.seconds.toFixed(1)} s in ${this.#snapshots} snapshots, ${size}${cut}${next}`;
  }
}
