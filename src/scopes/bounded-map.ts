/** Entries that are forgotten at once, as a share: to find the oldest ones, all that were deleted before them are passed. */
const FORGOTTEN_SHARE = 1 / 8;

/**
 * A map that holds at most `limit` entries. When it is full, it forgets an eighth of them: those that were set longest ago.
 *
 * No iterator is kept from one call to the next. It would keep every table in memory that the map has had since the iterator
 * last moved, with all keys and values in it.
 */
export class BoundedMap<Key, Value> {
  readonly #limit: number;
  readonly #entries = new Map<Key, Value>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  /** Also makes the entry the newest one. */
  set(key: Key, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#limit) this.#forgetOldest();
  }

  delete(key: Key): void {
    this.#entries.delete(key);
  }

  keys(): IterableIterator<Key> {
    return this.#entries.keys();
  }

  [Symbol.iterator](): IterableIterator<[Key, Value]> {
    return this.#entries[Symbol.iterator]();
  }

  #forgetOldest(): void {
    const kept = this.#limit - Math.floor(this.#limit * FORGOTTEN_SHARE);
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= Math.max(1, kept)) break;
      this.#entries.delete(key);
    }
  }
}
