import { readOwnId } from '../../procfs/own-child.ts';
import type { Place } from './namespaces.ts';
import type { ProcessView } from './processes.ts';

/**
 * Our own process id as the kernel's keys hold it.
 *
 * @returns `undefined` in a pid namespace without a /proc that shows the kernel's ids.
 */
export function readOwnPid(pid: Place, { sees, root }: ProcessView): number | undefined {
  if (pid === 'first') return process.pid;
  return sees === 'none' ? undefined : readOwnId(root);
}
