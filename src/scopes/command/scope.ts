import { buildCounters, type Counters } from '../../counters/counters.ts';
import { emptyCounts, mergeCounts } from '../../counters/map-counts.ts';
import type { Plan } from '../../plan/plan.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import { COMM_BYTES } from '../apps/pattern-index.ts';
import { countBy } from '../count-by.ts';
import { Ledger } from '../ledger.ts';

/** What a command and its children did since the start. A value that can be written as JSON. */
export interface CommandState {
  readonly total: Counters;
  /** By command name, byte strings. */
  readonly comms: readonly { readonly name: string; readonly counters: Counters }[];
}

/** Counts what a command and its children did, in all and by command name. */
export class CommandScope {
  readonly #comms = new Ledger<string>();
  readonly #plan: Plan;
  readonly #isOwn: (key: TaskKey) => boolean;
  readonly #starter: number;
  readonly #name: string;

  /**
   * @param options.isOwn - Whether an event is the command's.
   * @param options.starter - The process that starts the command. What it creates counts under the command's name.
   * @param options.file - The command's first word.
   */
  constructor(options: {
    readonly plan: Plan;
    readonly isOwn: (key: TaskKey) => boolean;
    readonly starter: number;
    readonly file: string;
  }) {
    this.#plan = options.plan;
    this.#isOwn = options.isOwn;
    this.#starter = options.starter;
    const bytes = Buffer.from(options.file).toString('latin1');
    this.#name = bytes.slice(bytes.lastIndexOf('/') + 1).slice(0, COMM_BYTES);
  }

  take(key: TaskKey, count: number): void {
    if (!this.#isOwn(key)) return;
    const comm = key.id === this.#starter ? this.#name : key.comm;
    this.#comms.add(comm, key.counter, key.index, count);
  }

  /**
   * Count released tasks.
   *
   * @param waiting - Tasks of the machine that ended and are not released: not more of the command's can be.
   * @param zombies - Comms of the command's zombies; `undefined` where nobody looked.
   */
  release(waiting: number, zombies?: readonly string[]): void {
    const counts = countBy(zombies ?? [], (comm) => comm);
    this.#comms.release(zombies === undefined ? waiting : zombies.length, counts);
  }

  state(): CommandState {
    const total = emptyCounts();
    for (const counts of this.#comms.entries.values()) mergeCounts(total, counts);
    return {
      total: buildCounters(this.#plan, total),
      comms: this.#comms
        .list((counts) => buildCounters(this.#plan, counts))
        .map(([name, counters]) => ({ name, counters })),
    };
  }
}
