import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { describeDistrust, readFile } from '../../procfs/read-file.ts';
import { BoundedMap } from '../bounded-map.ts';
import {
  countUsedBytes,
  HEADER_BYTES,
  parseNetdataShm,
  type SharedCgroup,
} from './parse-netdata-shm.ts';

/** The cgroups that Netdata shares. The same object as long as nothing has changed. */
export interface SharedCgroups {
  /**
   * The entry of a cgroup; its last entry where Netdata has removed it.
   *
   * @param path - Relative to the mount of the cgroups.
   */
  find(path: string): SharedCgroup | undefined;
}

/** cgroups.plugin writes the list every 10 s unless its user sets another period. */
const READ_PAUSE_MS = 5_000;

/** Netdata writes the list in less than a millisecond, so that one of these readings is equal to the one before. */
const MOST_READINGS = 4;

/** Entries that Netdata has removed, and that are kept: events of their last tasks may still come. */
const KEPT_REMOVED = 4_096;

const PROCS_FILE = '/cgroup.procs';

export const SHM_FILE = '/dev/shm/netdata_shm_cgroup_ebpf';

/**
 * Reads the names that a Netdata before 2.11 has for cgroups, from `/dev/shm/netdata_shm_cgroup_ebpf`.
 *
 * We do not take Netdata's semaphore: a reader that dies with it would stop Netdata's discovery of cgroups for good. Instead
 * the list is read until two readings are equal. An entry that was half written in both fails its hash, and is left out until
 * the next time.
 */
export class NetdataShm {
  readonly #file: string;
  readonly #mounts: readonly string[];
  readonly #owners: readonly number[];
  #readAtMs = Number.NEGATIVE_INFINITY;
  #bytes: Buffer | undefined;
  #byPath: ReadonlyMap<string, SharedCgroup> = new Map();
  readonly #removed = new BoundedMap<string, SharedCgroup>(KEPT_REMOVED);
  #shared: SharedCgroups | undefined;

  /**
   * @param root - Where the machine's file tree starts; empty but for fixtures.
   * @param mounts - Every place where cgroups are mounted, as byte strings without the root: Netdata looks at those of
   * version 1 where it finds them, whose cgroups mostly have the same paths as in version 2.
   * @param owners - See `listShmOwners`: any user may make files in /dev/shm.
   */
  constructor(root: string, mounts: readonly string[], owners: readonly number[]) {
    this.#file = `${root}${SHM_FILE}`;
    this.#mounts = mounts;
    this.#owners = owners;
  }

  /**
   * What Netdata shares, at most 5 s old; after Netdata has ended, what it shared last.
   *
   * @param nowMs - On any clock that never steps back.
   * @returns `undefined` where there never was a region, none that we may read or believe, or none that makes sense.
   */
  read(nowMs: number): SharedCgroups | undefined {
    if (nowMs - this.#readAtMs < READ_PAUSE_MS) return this.#shared;
    this.#readAtMs = nowMs;
    const bytes = this.#readUntilEqual();
    if (bytes === 'unequal' || isSame(bytes, this.#bytes)) return this.#shared;
    this.#bytes = bytes;
    const entries = bytes && parseNetdataShm(bytes);
    if (entries !== undefined) this.#shared = this.#replace(this.#index(entries));
    return this.#shared;
  }

  #replace(byPath: ReadonlyMap<string, SharedCgroup>): SharedCgroups {
    for (const [path, entry] of this.#byPath) {
      if (!byPath.has(path)) this.#removed.set(path, entry);
    }
    this.#byPath = byPath;
    return { find: (path) => byPath.get(path) ?? this.#removed.get(path) };
  }

  /** Reads mostly once, because the bytes of the time before count as the first reading. */
  #readUntilEqual(): Buffer | undefined | 'unequal' {
    let before = this.#bytes;
    for (let i = 0; i < MOST_READINGS; i += 1) {
      const bytes = readUsedBytes(this.#file, this.#owners);
      if (isSame(bytes, before)) return bytes;
      before = bytes;
    }
    return 'unequal';
  }

  /** Where two entries have one path, one that is enabled counts. */
  #index(entries: readonly SharedCgroup[]): Map<string, SharedCgroup> {
    const byPath = new Map<string, SharedCgroup>();
    for (const entry of entries) {
      const path = this.#toCgroupPath(entry.procsPath);
      if (path !== undefined && !byPath.get(path)?.isEnabled) byPath.set(path, entry);
    }
    return byPath;
  }

  /** `/sys/fs/cgroup/unified/docker/0123/cgroup.procs` → `/docker/0123`; of the root, Netdata writes `…/unified//cgroup.procs`. */
  #toCgroupPath(procsPath: string): string | undefined {
    if (!procsPath.endsWith(PROCS_FILE)) return undefined;
    const directory = procsPath.slice(0, -PROCS_FILE.length);
    // A mount can lie inside another: the longest one is meant.
    const mount = this.#mounts
      .filter((point) => directory === point || directory.startsWith(`${point}/`))
      .sort((a, b) => b.length - a.length)[0];
    if (mount === undefined) return undefined;
    return directory.slice(mount.length).replaceAll(/\/+/g, '/') || '/';
  }
}

/**
 * Why a region that is there is not believed: the end of a sentence about it; `undefined` where it is, or where there is none
 * that is open to us.
 *
 * @param root - See `NetdataShm`, as for the owners.
 */
export function readShmDistrust(root: string, owners: readonly number[]): string | undefined {
  const read = readFile(`${root}${SHM_FILE}`, 0, { owners, followsLinks: false });
  if (read.bytes !== undefined || read.problem?.endsWith('EACCES')) return undefined;
  return read.problem?.endsWith('ELOOP') ? 'is a link' : read.problem;
}

function readUsedBytes(path: string, owners: readonly number[]): Buffer | undefined {
  let file: number | undefined;
  try {
    // Any user may make files in /dev/shm: do not wait for a writer of a pipe, and do not follow a link.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const stat = fstatSync(file);
    if (!stat.isFile() || describeDistrust(stat, owners) !== undefined) return undefined;
    const usedBytes = countUsedBytes(readBytes(file, HEADER_BYTES));
    return usedBytes === undefined ? undefined : readBytes(file, usedBytes);
  } catch {
    // There is no Netdata, or it shares nothing, or not with us. Names are then made from paths.
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The first bytes of a file, fewer where it is shorter. */
function readBytes(file: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, 0));
}

function isSame(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}
