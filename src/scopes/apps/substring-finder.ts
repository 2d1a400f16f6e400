/** The first node of the tree of texts: nothing is read yet. */
const ROOT = 0;
const BYTES = 256;

/**
 * Finds which of many texts occur in another, in one pass over it: the automaton of Aho and Corasick. A pass takes as long
 * for ten thousand texts as for one, so that a long list and long command lines do not multiply.
 */
export class SubstringFinder {
  /** From a node and a byte to the next node. */
  readonly #next = new Map<number, number>();
  /** By node: the node of the longest end of its text that is the begin of another. */
  readonly #fallback: number[] = [ROOT];
  /** By node: the lowest place of a text that ends there. */
  readonly #place: number[] = [Infinity];

  /** @param texts - Byte strings, none of them empty, each with its place. */
  constructor(texts: Iterable<{ readonly text: string; readonly place: number }>) {
    for (const { text, place } of texts) this.#add(text, place);
    this.#link();
  }

  /** The lowest place of a text that is part of `text`; `Infinity` where none is. */
  firstIn(text: string): number {
    let first = Infinity;
    let node = ROOT;
    for (let i = 0; i < text.length; i += 1) {
      node = this.#step(node, text.charCodeAt(i));
      first = Math.min(first, this.#place[node] ?? Infinity);
    }
    return first;
  }

  #add(text: string, place: number): void {
    let node = ROOT;
    for (let i = 0; i < text.length; i += 1) {
      const edge = node * BYTES + text.charCodeAt(i);
      let next = this.#next.get(edge);
      if (next === undefined) {
        next = this.#place.push(Infinity) - 1;
        this.#fallback.push(ROOT);
        this.#next.set(edge, next);
      }
      node = next;
    }
    this.#place[node] = Math.min(this.#place[node] ?? Infinity, place);
  }

  /** Level by level: the fallback of a node is nearer to the root than the node. */
  #link(): void {
    const edgesOf: [byte: number, child: number][][] = this.#place.map(() => []);
    for (const [edge, child] of this.#next)
      edgesOf[Math.floor(edge / BYTES)]?.push([edge % BYTES, child]);
    const queue = [ROOT];
    for (const node of queue) {
      for (const [byte, child] of edgesOf[node] ?? []) {
        const fallback = node === ROOT ? ROOT : this.#step(this.#fallback[node] ?? ROOT, byte);
        this.#fallback[child] = fallback;
        this.#place[child] = Math.min(
          this.#place[child] ?? Infinity,
          this.#place[fallback] ?? Infinity,
        );
        queue.push(child);
      }
    }
  }

  #step(from: number, byte: number): number {
    for (let node = from; ; node = this.#fallback[node] ?? ROOT) {
      const next = this.#next.get(node * BYTES + byte);
      if (next !== undefined) return next;
      if (node === ROOT) return ROOT;
    }
  }
}
