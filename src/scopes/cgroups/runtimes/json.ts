/** @returns `undefined` where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A file that is being written.
    return undefined;
  }
}

/** What stands in an object under a name, and so on; `undefined` where nothing does. */
export function dig(value: unknown, ...names: readonly string[]): unknown {
  let found = value;
  for (const name of names) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name))
      return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}

/** The same of a text. */
export function digText(value: unknown, ...names: readonly string[]): string | undefined {
  const found = dig(value, ...names);
  return typeof found === 'string' ? found : undefined;
}

/** A list; empty where it is something else. */
export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
