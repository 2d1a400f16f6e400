import type { TaskKey } from '../../program/key/parse.ts';

/** Of a deeper tree of processes no more is looked at. */
const MAX_DEPTH = 1_000;

/**
 * Tells what descends from a process, by the parents that tasks have at their events: whoever was handed on to another parent,
 * because its own has ended, descends from that one.
 */
export class Descent {
  readonly #ancestor: number;
  readonly #parentOf: (id: number, nowMs: number) => number | undefined;
  /** What was found out since `#atMs`: each process is looked at once in a dump. */
  readonly #known = new Map<number, boolean>();
  #atMs = Number.NaN;

  /** @param parentOf - The parent of a process; `undefined` where nothing is known of it. */
  constructor(ancestor: number, parentOf: (id: number, nowMs: number) => number | undefined) {
    this.#ancestor = ancestor;
    this.#parentOf = parentOf;
  }

  /** Whether a task is of the process, or descends from it. */
  includes({ id, parent }: Pick<TaskKey, 'id' | 'parent'>, nowMs: number): boolean {
    if (nowMs !== this.#atMs) this.#known.clear();
    this.#atMs = nowMs;
    return id === this.#ancestor || this.#isOrDescends(parent, nowMs);
  }

  #isOrDescends(start: number, nowMs: number): boolean {
    const passed: number[] = [];
    let id = start;
    let found = false;
    for (; passed.length < MAX_DEPTH; passed.push(id), id = this.#parentOf(id, nowMs) ?? 0) {
      found = id === this.#ancestor || (this.#known.get(id) ?? false);
      if (found || id === 0 || this.#known.has(id)) break;
    }
    for (const one of passed) this.#known.set(one, found);
    return found;
  }
}
