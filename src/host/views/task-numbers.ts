import { readText } from '../../procfs/read-text.ts';
import { PROC_SUPER_MAGIC, readFileSystemType, type TypeOf } from './proc-roots.ts';

/** Where the kernel's own numbers of tasks stand, or why they cannot be had. */
export type TaskNumbers =
  /** Below this file tree. */
  { readonly root: string } | { readonly problem: string };

/** Tasks created since boot, and tasks that exist. Neither number is ever 0 in a file of the kernel's. */
const FILES: readonly { readonly path: string; readonly number: RegExp }[] = [
  { path: '/proc/stat', number: /^processes (\d+)$/m },
  { path: '/proc/loadavg', number: /^\S+ \S+ \S+ \d+\/(\d+) / },
];

/**
 * Find the kernel's own numbers of tasks. lxcfs answers for a container instead of the kernel, `subset=pid` (systemd's
 * ProcSubset=pid) leaves both files out, and gVisor says zero.
 *
 * @param roots - See `listProcRoots`; the first where both files are the kernel's is taken.
 */
export function readTaskNumbers(
  roots: readonly string[],
  typeOf: TypeOf = readFileSystemType,
): TaskNumbers {
  const problems = roots.map((root) => ({ root, problem: findProblem(root, typeOf) }));
  const good = problems.find(({ problem }) => problem === undefined);
  if (good !== undefined) return { root: good.root };
  return { problem: problems[0]?.problem ?? '/proc cannot be read' };
}

function findProblem(root: string, typeOf: TypeOf): string | undefined {
  for (const { path, number } of FILES) {
    const text = readText(`${root}${path}`);
    if (text === undefined) return `${path} cannot be read`;
    if (typeOf(`${root}${path}`) !== PROC_SUPER_MAGIC) {
      return `${path} is not the kernel's own: another file system is mounted over it, as lxcfs does in containers`;
    }
    const [, value] = number.exec(text) ?? [];
    if (value === undefined || Number(value) === 0) return `${path} holds no number of tasks`;
  }
  return undefined;
}
