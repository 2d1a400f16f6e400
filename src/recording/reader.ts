import type { Snapshot } from '../session/snapshot.ts';
import { type Document, toSnapshot } from './document.ts';
import {
  type End,
  type Header,
  parseEnd,
  parseHeader,
  parseNotice,
  RECORDING_VERSION,
} from './header.ts';
import { apply, isObject, type JsonObject } from './patch.ts';

/** No line is longer: it would hold hundreds of thousands of names. */
export const LONGEST_LINE = 16 * 1024 * 1024;

/** A document cannot grow beyond this by lines that only add to it, in characters. */
const MOST_GROWTH = 4 * LONGEST_LINE;

/** The last moment that a `Date` can hold. */
const LAST_MS = 8.64e15;

/** What a line of a recording says. */
export type Entry =
  | { readonly kind: 'header'; readonly header: Header }
  | { readonly kind: 'notice'; readonly sentence: string }
  | { readonly kind: 'end'; readonly end: End }
  | RecordedSnapshot
  /** Of another version of the format than ours. */
  | { readonly kind: 'foreign'; readonly version: number }
  | { readonly kind: 'broken' };

/** A snapshot that is not looked at more than it takes to find it. */
export interface RecordedSnapshot {
  readonly kind: 'snapshot';
  /** See `Snapshot`. */
  readonly wallMs: number;
  /** Snapshots just before this one that are lost. */
  readonly lost: number;
  /** @returns `undefined` where what was recorded is no snapshot. */
  read(): Snapshot | undefined;
}

const BROKEN: Entry = { kind: 'broken' };

/** Reads the lines of a recording, which may come from anywhere, in bounded memory. */
export class RecordingReader {
  #document: Document | undefined;
  #next = 0;
  #growth = 0;

  push(line: string): Entry {
    const value = parse(line);
    if (value === undefined || line.length > LONGEST_LINE) return BROKEN;
    if ('recording' in value) {
      const header = parseHeader(value);
      if (header !== undefined) return { kind: 'header', header };
      const version = value['recording'];
      const isForeign = Number.isSafeInteger(version) && version !== RECORDING_VERSION;
      return isForeign ? { kind: 'foreign', version: Number(version) } : BROKEN;
    }
    if ('notice' in value) {
      const sentence = parseNotice(value['notice']);
      return sentence === undefined ? BROKEN : { kind: 'notice', sentence };
    }
    if ('end' in value) {
      const end = parseEnd(value['end']);
      return end === undefined ? BROKEN : { kind: 'end', end };
    }
    return this.#takeSnapshot(value, line.length);
  }

  #takeSnapshot({ n, all, new: patch }: JsonObject, length: number): Entry {
    if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < this.#next) return BROKEN;
    const document = this.#advance(n, all, patch, length);
    const wallMs = document?.['wallMs'];
    this.#document = document;
    if (document === undefined || !isTime(wallMs)) return BROKEN;
    const lost = n - this.#next;
    this.#next = n + 1;
    return { kind: 'snapshot', wallMs, lost, read: () => tryRead(document) };
  }

  /** The document of a line; `undefined` where that before it, to which it adds, is not known. */
  #advance(
    n: number,
    all: JsonObject[string] | undefined,
    patch: JsonObject[string] | undefined,
    length: number,
  ): Document | undefined {
    this.#growth = isObject(all) ? length : this.#growth + length;
    if (isObject(all)) return all;
    const isNext = n === this.#next && this.#growth <= MOST_GROWTH;
    if (!isObject(patch) || this.#document === undefined || !isNext) return undefined;
    try {
      return apply(this.#document, patch);
    } catch {
      // It is nested too deep.
      return undefined;
    }
  }
}

function isTime(wallMs: unknown): wallMs is number {
  return typeof wallMs === 'number' && wallMs >= 0 && wallMs <= LAST_MS;
}

function parse(line: string): JsonObject | undefined {
  try {
    const value = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function tryRead(document: Document): Snapshot | undefined {
  try {
    return toSnapshot(document);
  } catch {
    // It is no snapshot.
    return undefined;
  }
}
