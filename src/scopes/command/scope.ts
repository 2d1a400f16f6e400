import type { Dump } from '../../bpftrace/dumps.ts';
import { buildCounters, type Counters } from '../../counters/counters.ts';
import { emptyCounts, type MapCounts, mergeCounts } from '../../counters/map-counts.ts';
import type { Plan } from '../../plan/plan.ts';
import { OWN } from '../../program/double-buffer.ts';
import { readCounter, readEnding, readIndex, UNMARKED } from '../../program/key/layout.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import { COMM_BYTES } from '../apps/pattern-index.ts';
import { countBy } from '../count-by.ts';
import { Ledger } from '../ledger.ts';
import { EndingCounts, type Endings } from './endings.ts';

/** What a command and its children did since the start. A value that can be written as JSON. */
export interface CommandState {
  readonly total: Counters;
  /** By command name, byte strings. */
  readonly comms: readonly {
    readonly name: string;
    readonly counters: Counters;
    readonly endings?: Endings | undefined;
  }[];
  /** What is in the total and under no name, because the kernel's table was full. */
  readonly dropped: Counters;
  /** Processes of the command that could not be marked as such, because the kernel's table of marks was full. */
  readonly unmarked: number;
  /** How the command itself ended, as wait(2) tells it; `undefined` where no key has told. */
  readonly exitCode?: number | undefined;
}

/** The process that starts the command. */
export interface Starter {
  readonly id: number | undefined;
  readonly comm: string;
}

/** No name of a command: what was dropped. */
const DROPPED = Symbol('dropped');

/**
 * Counts what a command and its children did, in all and by command name. The program counts each event of the command twice:
 * in all (`OWN`), for which there is always room, and under its key, which holds the name.
 */
export class CommandScope {
  readonly #comms = new Ledger<string | typeof DROPPED>();
  readonly #endings = new EndingCounts();
  readonly #plan: Plan;
  readonly #isOwn: (key: TaskKey) => boolean;
  readonly #starter: Starter;
  readonly #name: string;
  /** What the keys of this dump hold that the program knew for the command's, by what the keys say. */
  #keyed = new Map<string, number>();
  #unmarked = 0;
  #hasStarted = false;
  #exitCode: number | undefined;
  /** Tasks of the machine wait to be released, and nobody knows whose they are. */
  #isReleaseUnknown = false;
  #launches: number;
  readonly #launcher: string | undefined;

  /**
   * @param options.isOwn - Whether an event is the command's.
   * @param options.starter - The process that starts the command: its id and comm. What it creates counts under the command's
   * name. `undefined` for the id where the kernel has another one for it, which we cannot know.
   * @param options.file - The command's first word.
   * @param options.launcher - The name of the program that executes the command in its own place; its exec is not the command's.
   */
  constructor(options: {
    readonly plan: Plan;
    readonly isOwn: (key: TaskKey) => boolean;
    readonly starter: Starter;
    readonly file: string;
    readonly launcher?: string | undefined;
  }) {
    this.#plan = options.plan;
    this.#isOwn = options.isOwn;
    this.#starter = options.starter;
    this.#launcher = options.launcher;
    this.#launches = options.launcher === undefined ? 0 : 1;
    const bytes = Buffer.from(options.file).toString('latin1');
    this.#name = bytes.slice(bytes.lastIndexOf('/') + 1).slice(0, COMM_BYTES);
  }

  take(key: TaskKey, count: number): void {
    if (!this.#isOwn(key)) return;
    this.#noteEnd(key);
    this.#endings.take(key, count);
    const starts = this.#takeStarts(key, count);
    const rest = count - starts - this.#takeLaunch(key);
    if (starts > 0) this.#comms.add(this.#name, key.counter, key.index, starts);
    if (rest > 0) this.#comms.add(key.comm, key.counter, key.index, rest);
    if (!key.isOwn) return;
    const what = nameEvent(key.counter, key.counter === 'error' ? key.index : 0);
    this.#keyed.set(what, (this.#keyed.get(what) ?? 0) + count);
  }

  /** What the program counted of the command in all. To be called after all keys of the dump. */
  takeTotals(dump: Dump): void {
    for (const [text, count] of dump.keyed.get(OWN) ?? []) {
      const what = Number(text);
      const counter = readCounter(what);
      if (what === UNMARKED) this.#unmarked += count;
      if (counter === undefined) continue;
      const index = readIndex(counter, what);
      const rest = count - (this.#keyed.get(nameEvent(counter, index)) ?? 0);
      if (rest > 0) this.#comms.add(DROPPED, counter, index, rest);
    }
    this.#keyed = new Map();
  }

  /**
   * Count released tasks.
   *
   * @param waiting - Tasks of the machine that ended and are not released: not more of the command's can be.
   * @param zombies - Comms of the command's zombies; `undefined` where nobody looked, `null` where nobody can: they cannot
   * be told from those of others then.
   */
  release(waiting: number, zombies?: readonly string[] | null): void {
    this.#isReleaseUnknown = zombies === null && waiting > 0;
    const counts = countBy(zombies ?? [], (comm) => comm);
    this.#comms.release(zombies?.length ?? waiting, counts);
  }

  state(): CommandState {
    const total = emptyCounts();
    for (const counts of this.#comms.entries.values()) mergeCounts(total, counts);
    const build = (counts: MapCounts) => buildCounters(this.#plan, counts);
    const counters = this.#comms.list(build).map(([name, one]) => [name, this.#mask(one)] as const);
    return {
      total: this.#mask(build(total)),
      comms: counters.flatMap(([name, counters]) =>
        name === DROPPED ? [] : [{ name, counters, endings: this.#endings.of(name) }],
      ),
      dropped: this.#mask(build(this.#comms.entries.get(DROPPED) ?? emptyCounts())),
      unmarked: this.#unmarked,
      exitCode: this.#exitCode,
    };
  }

  #mask(counters: Counters): Counters {
    return this.#isReleaseUnknown ? { ...counters, released: null } : counters;
  }

  /** The command is the one child of the starter that is its own. */
  #noteEnd({ counter, parent, index }: TaskKey): void {
    const isIt = counter === 'process_exited' && parent === this.#starter.id;
    if (isIt) this.#exitCode = readEnding(index).exitCode;
  }

  /** How many events of a key are those of the starter: without its id the first process that one of its name creates. */
  #takeStarts({ id, comm, counter }: TaskKey, count: number): number {
    const { id: starter, comm: name } = this.#starter;
    if (starter !== undefined) return id === starter ? count : 0;
    if (this.#hasStarted || counter !== 'process_created' || comm !== name) return 0;
    this.#hasStarted = true;
    return 1;
  }

  /** How many execs of a key are the launcher's: the first one of a child of ours with its name. */
  #takeLaunch(key: TaskKey): number {
    const isOurs = this.#starter.id === undefined || key.parent === this.#starter.id;
    const isLaunch = isOurs && key.counter === 'exec' && key.comm === this.#launcher;
    const taken = isLaunch ? this.#launches : 0;
    this.#launches -= taken;
    return taken;
  }
}

function nameEvent(counter: string, index: number): string {
  return `${counter} ${index}`;
}
