import type { Dump } from '../../bpftrace/dumps.ts';
import type { LiveProcess } from '../../procfs/process.ts';
import { COMMS, PARENTS } from '../../program/double-buffer.ts';
import type { TaskKey } from '../../program/key/parse.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { Memory } from './gone-processes.ts';

/** Processes that are remembered. No machine has more at a time. */
const MOST_KNOWN = 200_000;

interface KnownTask {
  readonly comm?: string;
  readonly parent?: number;
}

/**
 * Completes keys that hold nothing of the task but its process id. Its comm and parent come from other maps of this dump or
 * an earlier one, or else from /proc.
 */
export class KnownTasks implements Memory {
  readonly #readProcess: (id: number) => LiveProcess | undefined;
  readonly #known = new BoundedMap<number, KnownTask>(MOST_KNOWN);

  constructor(readProcess: (id: number) => LiveProcess | undefined) {
    this.#readProcess = readProcess;
  }

  /** Read what a dump says of tasks. To be called before its keys are completed. */
  note(dump: Dump): void {
    for (const [id, parent] of dump.keyed.get(PARENTS) ?? []) this.#begin(Number(id), parent);
    for (const [id, comm] of dump.names.get(COMMS) ?? []) this.#add(Number(id), { comm });
  }

  complete(key: TaskKey): TaskKey {
    if (key.id === 0) return key;
    const { comm = '', parent = 0 } = this.#find(key.id);
    return { ...key, comm, parent };
  }

  /** A new process has this id: forget what was known of the one before. */
  #begin(id: number, parent: number): void {
    this.#known.delete(id);
    this.#add(id, { parent });
  }

  #find(id: number): KnownTask {
    const known = this.#known.get(id);
    if (known?.comm !== undefined && known.parent !== undefined) return known;
    const live = this.#readProcess(id);
    // The default values are kept, so that /proc is read only once for each process.
    this.#add(id, { comm: live?.comm ?? '', parent: live?.parent ?? 0, ...known });
    return this.#known.get(id) ?? {};
  }

  ids(): Iterable<number> {
    return this.#known.keys();
  }

  forget(id: number): void {
    this.#known.delete(id);
  }

  #add(id: number, task: KnownTask): void {
    this.#known.set(id, { ...this.#known.get(id), ...task });
  }
}
