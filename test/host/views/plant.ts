import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeTemporaryDirectory, writeFileBelow } from '../../scopes/cgroups/temporary-tree.ts';

/** A file tree of these files and links alone. */
export function plant(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): string {
  const root = makeTemporaryDirectory();
  for (const [path, content] of Object.entries(files)) writeFileBelow(root, path, content);
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(`${root}${path}`), { recursive: true });
    symlinkSync(target, `${root}${path}`);
  }
  return root;
}

/** `/proc/ID/stat` of a process; the fields behind the state: parent, …, flags at the sixth, start at the nineteenth. */
export function statOf(id: number, comm: string, parent: number, flags = 0, start = 0): string {
  return `${id} (${comm}) S ${parent} 0 0 0 -1 ${flags} ${'0 '.repeat(12)}${start} 0 0\n`;
}

export const KTHREADD = statOf(2, 'kthreadd', 0, 0x208040);

/** The links by which the kernel names its first namespaces. */
export const FIRST_LINKS: Readonly<Record<string, string>> = {
  '/proc/self/ns/pid': 'pid:[4026531836]',
  '/proc/self/ns/user': 'user:[4026531837]',
  '/proc/self/ns/time': 'time:[4026531834]',
  '/proc/self/ns/cgroup': 'cgroup:[4026531835]',
  '/proc/self/ns/mnt': 'mnt:[4026531832]',
  '/proc/1/ns/mnt': 'mnt:[4026531832]',
};
