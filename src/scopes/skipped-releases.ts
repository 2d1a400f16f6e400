/** What the kernel said it skipped, and when it was asked. */
export interface Skipped {
  /** Releases since start. */
  readonly count: number;
  /** On the kernel's clock; after the begin of the dump beside which it was read. */
  readonly readAtNs: number;
}

/** Releases that were counted without a task: the kernel skipped the program that would have said whose they were. */
export class SkippedReleases {
  #all = 0;
  /** Those before the count began. */
  #before = 0;
  #found = 0;
  /** Those of tasks whose end is in a dump that was taken. */
  #known = 0;
  /** What was said of which that is not yet certain. */
  readonly #said: Skipped[] = [];

  /** @param dumpNs - When the dump began that was taken with it: what ended before is in it, or in one before it. */
  take(skipped: Skipped, dumpNs: number): void {
    this.#all = skipped.count;
    this.#said.push(skipped);
    for (let [first] = this.#said; first && first.readAtNs <= dumpNs; [first] = this.#said) {
      this.#known = first.count;
      this.#said.shift();
    }
  }

  /** Those that were given to the tasks that are missing. */
  get found(): number {
    return this.#found;
  }

  /** Those of which nobody knows whose they were. */
  get missing(): number {
    return Math.max(0, this.#all - this.#before - this.#found);
  }

  /** Those whose task must be among the ends that were seen: where that is not certain, another one would be found. */
  get searchable(): number {
    return Math.max(0, this.#known - this.#before - this.#found);
  }

  /** So many were given to tasks, who may be among those that are said next. @returns The same number. */
  find(count: number): number {
    this.#found += count;
    return count;
  }

  /** Count from zero. */
  reset(): void {
    this.#before = this.#all;
    this.#found = 0;
  }
}
