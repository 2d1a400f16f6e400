import { readText } from '../procfs/read-text.ts';

/** What Netdata compares a kernel with: the first 256 bytes of the first of these files that is there. */
const VERSION_FILES = ['/proc/version_signature', '/proc/version'] as const;

/** Netdata's own list is shorter than 1 kB. */
const MOST_BYTES = 1024 * 1024;

/**
 * Look for this kernel in Netdata's list of kernels that must not run eBPF.
 *
 * @param directories - Netdata's configuration directories, the user's first; the first list that is found counts.
 * @returns The line that names it, with its file; `undefined` where none does.
 * @see netdata:libnetdata/ebpf/ebpf.c `ebpf_kernel_rejected`
 */
export function readRejection(directories: readonly string[], root: string): string | undefined {
  const files = directories.flatMap((directory) => [
    `${directory}/ebpf.d/ebpf_kernel_reject_list.txt`,
    `${directory}/ebpf_kernel_reject_list.txt`,
  ]);
  for (const file of files) {
    const text = readText(`${root}${file}`, MOST_BYTES);
    if (text === undefined) continue;
    const version = VERSION_FILES.map((path) => readText(`${root}${path}`)).find(
      (content) => content !== undefined,
    );
    const line = findRejection(text, version?.slice(0, 256) ?? '');
    return line === undefined ? undefined : `${file}: ${line}`;
  }
  return undefined;
}

/** Each line is a prefix of the kernel's version text; the first empty one ends the list. */
export function findRejection(list: string, version: string): string | undefined {
  for (const line of list.split('\n')) {
    if (line === '') return undefined;
    if (version.startsWith(line)) return line;
  }
  return undefined;
}
