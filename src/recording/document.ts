import type { Snapshot } from '../session/snapshot.ts';
import { snapshotSchema } from '../session/snapshot-schema.ts';
import { isObject, type Json, type JsonObject } from './patch.ts';

/**
 * A snapshot as it is recorded: lists whose entries have names are objects, so that a patch holds the entries that changed.
 * Names come after a colon: those that look like numbers would else be put in another order, and none is `-` or `__proto__`.
 */
export type Document = JsonObject;

/** Where such lists are, and what names their entries. */
const LISTS: readonly (readonly [path: readonly string[], name: string])[] = [
  [['scopes', 'apps'], 'name'],
  [['scopes', 'cgroups'], 'key'],
  [['command', 'comms'], 'name'],
  [['diagnosis', 'people'], 'id'],
  [['diagnosis', 'zombieParents'], 'id'],
];

export function toDocument(snapshot: Snapshot): Document {
  let document = JSON.parse(JSON.stringify(snapshot)) as Document;
  for (const [path, name] of LISTS) {
    const list = find(document, path);
    if (!Array.isArray(list)) continue;
    const keyed = list.filter(isObject).map((entry) => [`:${entry[name]}`, omit(entry, name)]);
    document = replace(document, path, Object.fromEntries(keyed));
  }
  return document;
}

/** Undo `toDocument`. @throws ZodError where the document is no snapshot. */
export function toSnapshot(document: Document): Snapshot {
  let plain = document;
  for (const [path, name] of LISTS) {
    const keyed = find(plain, path);
    if (!isObject(keyed)) continue;
    const list = Object.entries(keyed).map(([key, entry]) => {
      const text = key.slice(1);
      return isObject(entry) ? { [name]: name === 'id' ? Number(text) : text, ...entry } : entry;
    });
    plain = replace(plain, path, list);
  }
  const snapshot = snapshotSchema.parse(plain) as Snapshot;
  const { diagnosis } = snapshot;
  return diagnosis === null
    ? snapshot
    : {
        ...snapshot,
        diagnosis: {
          ...diagnosis,
          // Their order changes all the time, and follows from what they hold.
          people: [...diagnosis.people].sort((a, b) => a.id - b.id),
          zombieParents:
            diagnosis.zombieParents &&
            [...diagnosis.zombieParents].sort((a, b) => b.children - a.children || a.id - b.id),
        },
      };
}

/** Whether a patch keeps the order of the entries: it can only append. */
export function keepsOrder(before: Document, after: Document): boolean {
  return LISTS.filter(([, name]) => name !== 'id').every(([path]) => {
    const [old, now] = [find(before, path), find(after, path)];
    if (!isObject(old) || !isObject(now)) return true;
    const kept = Object.keys(old).filter((key) => Object.hasOwn(now, key));
    return Object.keys(now)
      .slice(0, kept.length)
      .every((key, i) => key === kept[i]);
  });
}

function find(document: Document, [outer, inner]: readonly string[]): Json | undefined {
  const part = document[outer ?? ''];
  return isObject(part) ? part[inner ?? ''] : undefined;
}

function replace(
  document: Document,
  [outer = '', inner = '']: readonly string[],
  value: Json,
): Document {
  const part = document[outer];
  return isObject(part) ? { ...document, [outer]: { ...part, [inner]: value } } : document;
}

function omit(entry: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(entry).filter(([member]) => member !== name));
}
