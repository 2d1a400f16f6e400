/** What remembers something of processes, by their ids. */
export interface Memory {
  ids(): Iterable<number>;
  forget(id: number): void;
}

/** Time between two looks. */
const PAUSE_MS = 15_000;

/**
 * Has processes forgotten that are gone: machines start new ones all day. The last events of a process come after its end, so
 * that it is forgotten only when it was gone at two looks in a row.
 */
export class GoneProcesses {
  readonly #memories: readonly Memory[];
  readonly #readIds: () => Iterable<number>;
  #gone: ReadonlySet<number> = new Set();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** @param readIds - The ids of all processes that exist. */
  constructor(memories: readonly Memory[], readIds: () => Iterable<number>) {
    this.#memories = memories;
    this.#readIds = readIds;
  }

  /** To be called after each dump. @param nowMs - On any clock that never steps back. */
  sweep(nowMs: number): void {
    if (this.#memories.length === 0 || nowMs - this.#lookedAtMs < PAUSE_MS) return;
    this.#lookedAtMs = nowMs;
    const live = new Set(this.#readIds());
    const gone = new Set<number>();
    for (const memory of this.#memories) {
      for (const id of memory.ids()) {
        if (live.has(id)) continue;
        if (this.#gone.has(id)) memory.forget(id);
        else gone.add(id);
      }
    }
    this.#gone = gone;
  }
}
