import { addCount, emptyCounts, type MapCounts } from '../../counters/map-counts.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import { Ledger } from '../ledger.ts';

/** The kernel keeps this much of a name. */
const COMM_BYTES = 15;

/** Counts what a command and its children did, in all and by command name. */
export class CommandScope {
  readonly comms = new Ledger<string>();
  readonly #total = emptyCounts();
  readonly #isOwn: (key: TaskKey) => boolean;
  readonly #starter: number;
  readonly #name: string;

  /**
   * @param options.isOwn - Whether an event is the command's: by its cgroup, or else by its ancestors.
   * @param options.starter - The process that starts the command: what it creates is the command itself.
   * @param options.file - The command's first word.
   */
  constructor(options: {
    readonly isOwn: (key: TaskKey) => boolean;
    readonly starter: number;
    readonly file: string;
  }) {
    this.#isOwn = options.isOwn;
    this.#starter = options.starter;
    const bytes = Buffer.from(options.file).toString('latin1');
    this.#name = bytes.slice(bytes.lastIndexOf('/') + 1).slice(0, COMM_BYTES);
  }

  get total(): MapCounts {
    return this.#total;
  }

  take(key: TaskKey, count: number): void {
    if (!this.#isOwn(key)) return;
    const comm = key.id === this.#starter ? this.#name : key.comm;
    addCount(this.#total, key.counter, key.index, count);
    this.comms.add(comm, key.counter, key.index, count);
  }
}

/** Tasks that ended, processes and threads; by whichever maps the exit event has. */
export function countExited({ maps }: MapCounts): number {
  return [...maps].reduce((sum, [map, count]) => sum + (map.endsWith('_exited') ? count : 0), 0);
}

export function countReleased({ maps }: MapCounts): number {
  return maps.get('released') ?? 0;
}
