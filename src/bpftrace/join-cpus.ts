/**
 * Add up the counts of all CPUs. The last part of each key is the CPU; a key that is the CPU alone becomes the empty string.
 */
export function joinCpus(entries: ReadonlyMap<string, number>): Map<string, number> {
  const joined = new Map<string, number>();
  for (const [key, count] of entries) {
    const rest = key.slice(0, Math.max(0, key.lastIndexOf(',')));
    joined.set(rest, (joined.get(rest) ?? 0) + count);
  }
  return joined;
}
