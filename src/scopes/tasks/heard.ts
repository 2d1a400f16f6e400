/** A program that gives itself another name before each of its forks would be remembered without end. */
const MOST_NAMES = 16;

/**
 * The names that keys gave a process: what it executed comes first, then the last name that was heard. Keys of one dump have
 * no order, its threads have names of their own, and it may give itself another one. Only 16 are kept.
 */
export class HeardNames {
  readonly #heard: string[] = [];
  #executed: string | undefined;

  get names(): readonly string[] {
    return this.#executed === undefined ? this.#heard : [this.#executed, ...this.#heard];
  }

  includes(name: string): boolean {
    return this.#executed === name || this.#heard.includes(name);
  }

  /** @returns False where the name was known. */
  add(name: string): boolean {
    if (this.includes(name)) return false;
    this.#heard.unshift(name);
    if (this.#heard.length >= MOST_NAMES) this.#heard.pop();
    return true;
  }

  /**
   * The process executed a program: its former names say nothing of it.
   *
   * @returns False where that was known.
   */
  execute(name: string): boolean {
    if (this.#executed === name) return false;
    this.#heard.length = 0;
    this.#executed = name;
    return true;
  }
}
