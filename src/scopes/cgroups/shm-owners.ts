import { readFile } from '../../procfs/read-file.ts';
import { readUsers } from '../../procfs/users.ts';

const CONFIG_BYTES = 1024 * 1024;

/**
 * Users whose shared memory of Netdata is believed, by id: root, `netdata`, the one that `run as user` in root's netdata.conf
 * names, and we ourselves, because Netdata runs its plugins as its own user.
 *
 * @param root - Where the machine's file tree starts; empty but for fixtures.
 * @param configDirectories - Netdata's.
 */
export function listShmOwners(root: string, configDirectories: readonly string[]): number[] {
  const names = ['netdata', ...configDirectories.flatMap((at) => readUser(`${at}/netdata.conf`))];
  const users = readUsers(root).filter(({ name }) => names.includes(name));
  return [0, process.geteuid?.() ?? 0, ...users.map(({ id }) => id)];
}

function readUser(file: string): string[] {
  const { bytes } = readFile(file, CONFIG_BYTES, { owners: [0], followsLinks: true });
  const [, name] =
    /^[ \t]*run as user[ \t]*=[ \t]*([\w.-]+)/m.exec(bytes?.toString('latin1') ?? '') ?? [];
  return name === undefined ? [] : [name];
}
