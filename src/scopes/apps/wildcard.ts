/** A text with asterisks, cut at them: each stands for any text, also for none. */
export type Wildcard = readonly string[];

/** @param pattern - `a*b`, with all its asterisks. */
export function toWildcard(pattern: string): Wildcard {
  return pattern.split(/\*+/);
}

/** Whether a text is what a wildcard describes, from its begin to its end. Looks at each byte a few times at most. */
export function matchesWildcard([begin = '', ...rest]: Wildcard, text: string): boolean {
  const end = rest.pop();
  if (end === undefined) return text === begin;
  if (!text.startsWith(begin)) return false;
  let at = begin.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - at >= end.length && text.endsWith(end);
}
