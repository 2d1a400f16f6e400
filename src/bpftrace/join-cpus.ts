import { PARENTS } from '../program/double-buffer.ts';
import type { Line } from './lines.ts';

/**
 * Add up what the CPUs counted each under a key of its own: the last part of every key is the CPU, and a map of no other
 * part is a scalar. Maps that hold no counts are left as they are.
 */
export function joinCpus(line: Line): Line {
  if (line.kind !== 'keyed' || line.map.startsWith(`${PARENTS}_`)) return line;
  const entries = new Map<string, number>();
  for (const [key, count] of line.entries) {
    const rest = key.slice(0, Math.max(0, key.lastIndexOf(',')));
    entries.set(rest, (entries.get(rest) ?? 0) + count);
  }
  const total = entries.get('');
  return total === undefined
    ? { ...line, entries }
    : { kind: 'scalar', map: line.map, value: total };
}
