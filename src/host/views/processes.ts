import { readStat } from '../../procfs/process.ts';
import { readText } from '../../procfs/read-text.ts';
import { readNamespaces } from './namespaces.ts';

/** Which processes a /proc shows us, under the kernel's own ids. */
export interface ProcessView {
  /**
   * `all`: every process. `own`: those of other users are hidden (`hidepid`). `none`: there is no /proc, or it shows the
   * ids of another pid namespace, under which other processes would be found than those of the kernel's keys.
   */
  readonly sees: 'all' | 'own' | 'none';
  /** Where the file tree starts in which that /proc is; `NOWHERE` where we see none. */
  readonly root: string;
  /** Why not all are seen; `undefined` where they are. */
  readonly problem: string | undefined;
}

/** A file tree in which nothing is: whoever looks for a process below it finds that nothing is known of it. */
export const NOWHERE = '/dev/null';

/** The parent of all kernel threads, which are in the first pid namespace alone. */
const KTHREADD = 2;

/** @see kernel:include/linux/sched.h */
const PF_KTHREAD = 0x200000;

/**
 * Find the /proc that shows most of the kernel's processes.
 *
 * @param roots - See `listProcRoots`.
 */
export function readProcessView(roots: readonly string[]): ProcessView {
  const views = roots.map(judge);
  const best = ['all', 'own'].flatMap((sees) => views.filter((view) => view.sees === sees))[0];
  const first = views.find(({ problem }) => problem !== NO_PROC) ?? views[0];
  return best ?? first ?? { sees: 'none', root: NOWHERE, problem: NO_PROC };
}

const NO_PROC = 'no /proc is mounted that shows processes';

function judge(root: string): ProcessView {
  if (readText(`${root}/proc/self/stat`) === undefined) {
    return { sees: 'none', root: NOWHERE, problem: NO_PROC };
  }
  const second = readStat(KTHREADD, root);
  if (second !== undefined && second.parent === 0 && (second.flags & PF_KTHREAD) !== 0) {
    return { sees: 'all', root, problem: undefined };
  }
  // A /proc in which a process of the first namespace finds itself shows that namespace.
  if (second === undefined && readNamespaces(root).pid === 'first') {
    return {
      sees: 'own',
      root,
      problem: `${root}/proc hides the processes of other users from this one (hidepid)`,
    };
  }
  return {
    sees: 'none',
    root: NOWHERE,
    problem: `${root}/proc shows the process ids of a container, not the kernel's own`,
  };
}
