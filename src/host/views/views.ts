import type { HostFacts } from '../facts.ts';
import { type Namespaces, readNamespaces } from './namespaces.ts';
import { readOwnPid } from './own-pid.ts';
import { readProcessView } from './processes.ts';
import { readSuspendedTime, readTimeOffsets } from './suspended-time.ts';
import { readTaskNumbers } from './task-numbers.ts';

/** What we see of the kernel, where that may be a part or another's. */
export type Views = Pick<
  HostFacts,
  'namespaces' | 'processes' | 'ownPid' | 'taskNumbers' | 'suspendedTime' | 'timeOffsets'
>;

/**
 * Find out whether what we read is the kernel's own, and where it is else.
 *
 * @param roots - See `listProcRoots`.
 */
export function readViews(roots: readonly string[]): Views {
  const namespaces = findNamespaces(roots);
  const suspendedTime = readSuspendedTime(roots, namespaces.time);
  const processes = readProcessView(roots);
  return {
    namespaces,
    processes,
    ownPid: readOwnPid(namespaces.pid, processes),
    // They are compared with dumps by the moment at which they are read.
    taskNumbers:
      suspendedTime.by === 'unknown' ? { problem: suspendedTime.problem } : readTaskNumbers(roots),
    suspendedTime,
    timeOffsets: readTimeOffsets(roots, namespaces.time),
  };
}

function findNamespaces(roots: readonly string[]): Namespaces {
  const [first, ...others] = roots.map(readNamespaces);
  const known = [first, ...others].find((found) => found !== undefined && found.pid !== 'unknown');
  return known ?? first ?? readNamespaces('');
}
