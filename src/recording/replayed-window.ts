import { UserError } from '../errors.ts';
import type { Observation } from '../report/build-report.ts';
import { JoinedWindow } from '../session/joined-window.ts';
import type { Snapshot } from '../session/snapshot.ts';
import { type End, type Header, RECORDING_VERSION } from './header.ts';
import { type Moment, resolveMoment } from './moment.ts';
import type { Entry, RecordedSnapshot } from './reader.ts';

/** Sentences of a recording that are kept. */
const MOST_NOTICES = 1_000;

/** Which part of a recording is asked for; all of it where nothing is said. */
export interface Range {
  readonly from: Moment | undefined;
  readonly to: Moment | undefined;
}

/** Makes one window of the entries of a recording: the shortest of its snapshots that holds all of a range. */
export class ReplayedWindow {
  readonly #range: Range;
  #header: Header | undefined;
  #end: End | undefined;
  #fromMs = Number.NEGATIVE_INFINITY;
  #toMs = Number.POSITIVE_INFINITY;
  #firstMs: number | undefined;
  #lastMs = 0;
  /** The last snapshot before the range. */
  #candidate: { readonly snapshot: RecordedSnapshot; readonly isFirst: boolean } | undefined;
  #window: JoinedWindow | undefined;
  #last: Snapshot | undefined;
  #opensFirst = false;
  #notices: string[] = [];
  #foreign: number | undefined;
  #lost = 0;
  #broken = 0;
  #isOver = false;

  constructor(range: Range) {
    this.#range = range;
  }

  /** The window has closed; nothing that comes later has a say in it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The range ends before the recording begins. */
  get #isBefore(): boolean {
    return this.#toMs <= (this.#firstMs ?? Number.NEGATIVE_INFINITY);
  }

  take(entry: Entry): void {
    switch (entry.kind) {
      case 'header':
        if (this.#header !== undefined && this.#header.id !== entry.header.id) this.#broken += 1;
        this.#header ??= entry.header;
        break;
      case 'notice':
        if (this.#notices.length < MOST_NOTICES) this.#notices.push(entry.sentence);
        break;
      case 'end':
        this.#end = entry.end;
        break;
      case 'foreign':
        this.#foreign = entry.version;
        break;
      case 'broken':
        this.#broken += 1;
        break;
      case 'snapshot':
        this.#takeSnapshot(entry);
        break;
    }
  }

  /**
   * The window with all that a report needs, as it was when it was recorded.
   *
   * @param version - Of this program.
   * @param damage - What is wrong with the file, from whoever reads it.
   * @throws UserError where nothing of it can be read, or nothing was recorded in the range.
   */
  observe(version: string, damage: readonly string[] = []): Observation {
    const header = this.#header;
    if (header === undefined) throw noRecording(this.#broken, this.#foreign);
    const window = this.#window?.window;
    const isAfter = this.#fromMs >= this.#lastMs;
    if (window === undefined || this.#isBefore || isAfter) throw this.#nothingInRange();
    // Whoever asked for less than the end does not care how it ended.
    const end = this.#isOver ? undefined : this.#end;
    const isWhole = this.#opensFirst && header.part === 1;
    return {
      ...window,
      facts: header.facts,
      plan: header.plan,
      wants: header.wants,
      interrupted: end?.interrupted ?? false,
      notices: [
        ...(header.program === version
          ? []
          : [`recorded by ebpf-processes ${header.program}, and shown by ${version}`]),
        ...header.notices,
        ...this.#notices,
        ...this.#describeDamage(),
        ...(this.#isOver || end !== undefined ? [] : [NO_END]),
        ...damage,
      ],
      command: (isWhole ? end?.command : undefined) ?? undefined,
    };
  }

  #takeSnapshot(recorded: RecordedSnapshot): void {
    const isFirst = this.#firstMs === undefined;
    if (isFirst) this.#begin(recorded.wallMs);
    this.#lastMs = recorded.wallMs;
    if (this.#isOver) return;
    if (this.#window === undefined && recorded.wallMs <= this.#fromMs) {
      this.#candidate = { snapshot: recorded, isFirst };
      this.#notices = [];
      return;
    }
    if (this.#window === undefined) this.#open(recorded, isFirst);
    else this.#add(recorded);
    this.#isOver = recorded.wallMs >= this.#toMs && !isFirst && !this.#isBefore;
  }

  #begin(wallMs: number): void {
    this.#firstMs = wallMs;
    const { from, to } = this.#range;
    if (from !== undefined) this.#fromMs = resolveMoment(from, wallMs);
    if (to !== undefined) this.#toMs = resolveMoment(to, wallMs);
    if (this.#toMs > this.#fromMs) return;
    throw new UserError('USAGE', '--from must be before --to', {
      hint: 'ebpf-processes replay FILE --from +10s --to +70s',
    });
  }

  /** The window opens with the last snapshot before the range; with this one where there is none. */
  #open(recorded: RecordedSnapshot, isFirst: boolean): void {
    const before = this.#candidate?.snapshot.read();
    const snapshot = before ?? recorded.read();
    if (snapshot === undefined) {
      this.#broken += 1;
      return;
    }
    this.#opensFirst = before === undefined ? isFirst : (this.#candidate?.isFirst ?? false);
    this.#candidate = undefined;
    this.#window = new JoinedWindow(snapshot);
    this.#last = snapshot;
    if (before !== undefined) this.#add(recorded);
  }

  #add(recorded: RecordedSnapshot): void {
    const snapshot = recorded.read();
    const last = this.#last;
    if (snapshot === undefined || last === undefined || !follows(last, snapshot)) {
      this.#broken += 1;
      return;
    }
    this.#lost += recorded.lost;
    this.#window?.add(snapshot);
    this.#last = snapshot;
  }

  #describeDamage(): string[] {
    const lines = this.#broken === 1 ? '1 line' : `${this.#broken} lines`;
    const snapshots = this.#lost === 1 ? '1 snapshot' : `${this.#lost} snapshots`;
    return [
      ...(this.#broken > 0 ? [`${lines} of the recording cannot be read`] : []),
      ...(this.#lost > 0
        ? [
            `${snapshots} of the recording are lost: the counts are whole, and who created tasks, which programs ran and why forks failed is told without what happened then`,
          ]
        : []),
    ];
  }

  #nothingInRange(): UserError {
    if (this.#firstMs === undefined) {
      return new UserError('RECORDING_UNREADABLE', 'the recording holds no snapshot', {
        hint: 'it was cut off at its begin; record again',
      });
    }
    const show = (ms: number) => new Date(ms).toISOString();
    return new UserError(
      'USAGE',
      `nothing was recorded then: the recording is from ${show(this.#firstMs)} to ${show(this.#lastMs)}`,
      { hint: 'ask for a part of that with --from and --to, or for all of it without them' },
    );
  }
}

const NO_END = 'the recording has no end: it still goes on, or its last part is lost';

/** Time and totals never go back. */
export function follows(before: Snapshot, after: Snapshot): boolean {
  const names = ['process_created', 'thread_created', 'exec', 'process_exited'] as const;
  const [old, now] = [before.totals, after.totals];
  return (
    now.kernelNs > old.kernelNs &&
    names.every((name) => (now.counters[name] ?? 0) >= (old.counters[name] ?? 0))
  );
}

function noRecording(broken: number, foreign: number | undefined): UserError {
  if (foreign !== undefined) {
    return new UserError(
      'RECORDING_UNREADABLE',
      `the recording has version ${foreign} of the format, and this program reads version ${RECORDING_VERSION}`,
      { hint: 'replay it with the ebpf-processes that recorded it' },
    );
  }
  return broken === 0
    ? new UserError('RECORDING_UNREADABLE', 'the recording is empty', {
        hint: 'record again: ebpf-processes record -o FILE',
      })
    : new UserError('RECORDING_UNREADABLE', 'this is not a recording of ebpf-processes', {
        hint: 'name a file that was written by: ebpf-processes record -o FILE',
      });
}
