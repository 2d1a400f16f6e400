import { closeSync, constants, opendirSync, openSync, statSync } from 'node:fs';
import { parseMountinfo } from '../../../procfs/mounts.ts';
import { readFile, type Trust } from '../../../procfs/read-file.ts';
import { readText } from '../../../procfs/read-text.ts';
import { readUsers } from '../../../procfs/users.ts';

/** A runtime's file that is longer is not read: podman's list then has thousands of containers. */
const MOST_BYTES = 2 * 1024 * 1024;

/** The same of a user's: the user decides how long it is, and how often we read it. */
const MOST_BYTES_OF_USER = 256 * 1024;

/** Names of a directory that are looked at. A node of Kubernetes has 110 pods. */
const MOST_NAMES = 4_096;

/** A network that does not answer would stop us where a user's home is on it. */
const LOCAL_FILE_SYSTEMS = /^(?:ext[234]|xfs|btrfs|zfs|tmpfs|overlay|f2fs|bcachefs)$/;

/**
 * Reads files of container runtimes: regular and bounded ones that belong to root or, of a user's containers, to that user.
 */
export class RuntimeFiles {
  readonly #root: string;
  readonly #owners: readonly number[];

  /**
   * @param root - Where the machine's file tree starts; empty but for fixtures.
   * @param owner - Whose files are believed besides root's: our own.
   */
  constructor(root: string, owner = process.geteuid?.() ?? 0) {
    this.#root = root;
    this.#owners = [0, owner];
  }

  /** A file of the system; `undefined` where it is absent or not believed. */
  read(path: string): string | undefined {
    const trust = { owners: this.#owners, followsLinks: true };
    return readWhole(`${this.#root}${path}`, MOST_BYTES, trust);
  }

  /** Names in a directory of the system, byte strings; none where it is absent or not believed. */
  list(path: string): string[] {
    const place = `${this.#root}${path}`;
    try {
      const { uid } = statSync(place);
      return this.#owners.includes(uid) ? readNames(place) : [];
    } catch {
      return [];
    }
  }

  /**
   * A file below the home of a user. No link is followed, because the user could lead us anywhere.
   *
   * @param uid - Of the user, who has to be in /etc/passwd.
   */
  readOfUser(uid: number, path: string): string | undefined {
    const home = readUsers(this.#root).find(({ id }) => id === uid)?.home;
    if (home === undefined || !this.#isLocal(home)) return undefined;
    const names = path.split('/');
    const last = names.pop() ?? '';
    const directory = openBelow(`${this.#root}${home}`, names);
    if (directory === undefined) return undefined;
    try {
      const trust = { owners: [uid], followsLinks: false };
      return readWhole(`/proc/self/fd/${directory}/${last}`, MOST_BYTES_OF_USER, trust);
    } finally {
      closeSync(directory);
    }
  }

  #isLocal(path: string): boolean {
    const mounts = parseMountinfo(readText(`${this.#root}/proc/self/mountinfo`) ?? '');
    const around = mounts
      .filter(({ point }) => point === '/' || path === point || path.startsWith(`${point}/`))
      .sort((a, b) => a.point.length - b.point.length)
      .at(-1);
    return around === undefined || LOCAL_FILE_SYSTEMS.test(around.type);
  }
}

function readWhole(path: string, mostBytes: number, trust: Trust): string | undefined {
  const read = readFile(path, mostBytes, trust);
  return read.bytes !== undefined && read.isWhole ? read.bytes.toString('latin1') : undefined;
}

/** @returns The descriptor of the innermost directory; `undefined` where one is absent, a link or closed to us. */
function openBelow(base: string, names: readonly string[]): number | undefined {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY;
  let directory: number | undefined;
  try {
    directory = openSync(base, flags);
    for (const name of names) {
      const inner = openSync(`/proc/self/fd/${directory}/${name}`, flags | constants.O_NOFOLLOW);
      closeSync(directory);
      directory = inner;
    }
    return directory;
  } catch {
    if (directory !== undefined) closeSync(directory);
    return undefined;
  }
}

function readNames(path: string): string[] {
  const directory = opendirSync(path, { encoding: 'latin1' });
  try {
    const names: string[] = [];
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
      if (names.push(entry.name) >= MOST_NAMES) break;
    }
    return names;
  } finally {
    directory.closeSync();
  }
}
