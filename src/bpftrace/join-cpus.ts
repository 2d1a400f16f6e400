/**
 * Add up what the CPUs counted each under a key of its own: the last part of every key is the CPU. A key of no other part
 * becomes the empty one.
 */
export function joinCpus(entries: ReadonlyMap<string, number>): Map<string, number> {
  const joined = new Map<string, number>();
  for (const [key, count] of entries) {
    const rest = key.slice(0, Math.max(0, key.lastIndexOf(',')));
    joined.set(rest, (joined.get(rest) ?? 0) + count);
  }
  return joined;
}
