/** Cuts a stream of text into lines, in time that is linear in its length: the line of a large map comes in hundreds of chunks. */
export class LineSplitter {
  readonly #mostBytes: number;
  #parts: string[] = [];
  #length = 0;

  /** @param mostBytes - Longest line that is waited for. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Whether a line that has not ended is longer than any can be. */
  get isTooLong(): boolean {
    return this.#length > this.#mostBytes;
  }

  /** Take the next chunk; returns the lines that end in it, without their line breaks. */
  push(chunk: string): string[] {
    const [first = '', ...others] = chunk.split('\n');
    this.#keep(first);
    const last = others.pop();
    if (last === undefined) return [];
    const lines = [this.takeRest(), ...others];
    this.#keep(last);
    return lines;
  }

  /** What stands behind the last line break; forgets it. */
  takeRest(): string {
    const rest = this.#parts.join('');
    this.#parts = [];
    this.#length = 0;
    return rest;
  }

  #keep(part: string): void {
    // What is too long is not needed: its end is waited for by nobody.
    if (part === '' || this.isTooLong) return;
    this.#parts.push(part);
    this.#length += part.length;
  }
}
