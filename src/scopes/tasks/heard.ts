/** A program that gives itself another name before each of its forks would be remembered without end. */
const MOST_NAMES = 16;

/**
 * The names that keys gave a process, the last one first: its threads have names of their own, and it may execute another
 * program. Only the last 16 are kept.
 */
export class HeardNames {
  readonly #names: string[] = [];

  get names(): readonly string[] {
    return this.#names;
  }

  /** @returns False where the name was known. */
  add(name: string): boolean {
    if (this.#names.includes(name)) return false;
    this.#names.unshift(name);
    if (this.#names.length > MOST_NAMES) this.#names.pop();
    return true;
  }

  /** The process executed another program: its former names say nothing of it. */
  restart(name: string): void {
    this.#names.splice(0, Infinity, name);
  }
}
