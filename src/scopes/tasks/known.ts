import type { Dump } from '../../bpftrace/dumps.ts';
import type { LiveProcess } from '../../procfs/process.ts';
import { COMMS, PARENTS } from '../../program/double-buffer.ts';
import type { TaskKey } from '../../program/key/parse.ts';

/** More than any machine has processes at a time. */
const MOST_KNOWN = 200_000;

interface KnownTask {
  readonly comm?: string;
  readonly parent?: number;
}

/**
 * Completes keys that hold a process id and nothing else of the task: its comm and its parent stand beside the keys in
 * the same dump or an earlier one, or else in /proc.
 */
export class KnownTasks {
  readonly #readProcess: (id: number) => LiveProcess | undefined;
  /** In the order of when they were last heard of. */
  readonly #known = new Map<number, KnownTask>();

  constructor(readProcess: (id: number) => LiveProcess | undefined) {
    this.#readProcess = readProcess;
  }

  /** Take in what a dump says of its tasks; to be done before its keys are completed. */
  note(dump: Dump): void {
    for (const [id, parent] of dump.keyed.get(PARENTS) ?? []) this.#begin(Number(id), parent);
    for (const [id, comm] of dump.names.get(COMMS) ?? []) this.#add(Number(id), { comm });
  }

  complete(key: TaskKey): TaskKey {
    if (key.id === 0) return key;
    const { comm = '', parent = 0 } = this.#find(key.id);
    return { ...key, comm, parent };
  }

  /** What was known of this id was of another process. */
  #begin(id: number, parent: number): void {
    this.#known.delete(id);
    this.#add(id, { parent });
  }

  #find(id: number): KnownTask {
    const known = this.#known.get(id);
    if (known?.comm !== undefined && known.parent !== undefined) return known;
    const live = this.#readProcess(id);
    // What /proc does not know either is asked for but once.
    this.#add(id, { comm: live?.comm ?? '', parent: live?.parent ?? 0, ...known });
    return this.#known.get(id) ?? {};
  }

  #add(id: number, task: KnownTask): void {
    const known = this.#known.get(id);
    this.#known.delete(id);
    this.#known.set(id, { ...known, ...task });
    if (this.#known.size <= MOST_KNOWN) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
