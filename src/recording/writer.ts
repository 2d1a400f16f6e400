import type { Snapshot } from '../session/snapshot.ts';
import { type Document, keepsOrder, toDocument } from './document.ts';
import type { End, Header } from './header.ts';
import { diff } from './patch.ts';

/** So many snapshots follow a whole one as what changed since: what is broken spoils no more. */
const PATCHES = 60;

/**
 * Makes the lines of a recording. A snapshot is written as what changed since the one before, and whole now and then and at
 * the begin of a file.
 */
export class RecordingWriter {
  readonly #header: Omit<Header, 'part'>;
  #part = 0;
  #number = 0;
  #before: Document | undefined;
  #patches = 0;

  constructor(header: Omit<Header, 'part'>) {
    this.#header = header;
  }

  /** The first line of the next file. The snapshot after it is a whole one. */
  beginFile(): string {
    this.#part += 1;
    this.#before = undefined;
    return toLine({ ...this.#header, part: this.#part });
  }

  snapshot(snapshot: Snapshot): string {
    const document = toDocument(snapshot);
    const before = this.#before;
    const number = this.#number;
    this.#before = document;
    this.#number += 1;
    const isDue = this.#patches >= PATCHES;
    if (before === undefined || isDue || !keepsOrder(before, document)) {
      this.#patches = 0;
      return toLine({ n: number, all: document });
    }
    this.#patches += 1;
    return toLine({ n: number, new: diff(before, document) ?? {} });
  }

  /** Something that a reader of windows around this moment must know. */
  notice(sentence: string): string {
    return toLine({ notice: sentence });
  }

  end(end: End): string {
    return toLine({ end });
  }
}

function toLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
