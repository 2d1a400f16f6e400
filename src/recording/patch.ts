/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

/** Names of what was removed. No object that is recorded has a member of this name; see `keyed`. */
const REMOVED = '-';

/** Objects are not nested deeper in what is recorded. */
const MOST_DEPTH = 12;

/**
 * What changed from one object to another, as in a JSON merge patch (RFC 7396): members that are new or different, and of
 * objects what changed in them. Unlike there, `null` is a value: what is gone is named under `-`.
 *
 * @returns `undefined` where nothing changed.
 */
export function diff(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const patch: Record<string, Json> = {};
  for (const [name, value] of Object.entries(after)) {
    const known = Object.hasOwn(before, name) ? before[name] : undefined;
    if (known === undefined) patch[name] = value;
    else if (isObject(known) && isObject(value)) {
      const inner = diff(known, value);
      if (inner !== undefined) patch[name] = inner;
    } else if (!isSame(known, value)) patch[name] = value;
  }
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  if (removed.length > 0) patch[REMOVED] = removed;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/**
 * Undo `diff`. What did not change is shared with the object before, which stays as it is.
 *
 * @throws RangeError where the patch is nested deeper than what is recorded ever is.
 */
export function apply(before: JsonObject, patch: JsonObject, depth = 0): JsonObject {
  if (depth > MOST_DEPTH) throw new RangeError('objects are nested too deep');
  const after = new Map(Object.entries(before));
  const removed = patch[REMOVED];
  if (Array.isArray(removed)) for (const name of removed) after.delete(String(name));
  for (const [name, value] of Object.entries(patch)) {
    if (name === REMOVED) continue;
    const known = after.get(name);
    const isInner = isObject(known) && isObject(value);
    after.set(name, isInner ? apply(known, value, depth + 1) : value);
  }
  return Object.fromEntries(after);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(a: Json, b: Json): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return JSON.stringify(a) === JSON.stringify(b);
}
