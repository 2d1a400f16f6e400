import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
} from 'node:fs';

/** A file that was read, at most to a bound, or why it was not. */
export type FileRead =
  | {
      readonly bytes: Buffer;
      /** False where it is longer than the bound. */
      readonly isWhole: boolean;
    }
  | {
      readonly bytes: undefined;
      /** The end of a sentence about the file; `undefined` where there is no such file. */
      readonly problem: string | undefined;
    };

/** Whose file is believed. */
export interface Trust {
  /** User ids. */
  readonly owners: readonly number[];
  /** Whether the last part of the path may be a link. */
  readonly followsLinks: boolean;
}

/** Most files of /proc are shorter than this: one read takes them. */
const CHUNK_BYTES = 65_536;

const chunk = Buffer.allocUnsafe(CHUNK_BYTES);

const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Read a regular file; those of /proc and /sys are regular too. It is opened without waiting for anybody: a named pipe would
 * have us wait for its writer, and /dev/zero has no end.
 *
 * @param path - A `Buffer` where the path is not UTF-8.
 * @param mostBytes - No more is read. The size that a file says is not believed: those of /proc say 0.
 * @param trust - For a file that its owner alone should be able to write.
 */
export function readFile(path: string | Buffer, mostBytes: number, trust?: Trust): FileRead {
  let file: number | undefined;
  try {
    file = openSync(path, OPEN_FLAGS | (trust?.followsLinks === false ? constants.O_NOFOLLOW : 0));
    const stat = fstatSync(file);
    const problem = describeKind(stat) ?? (trust && describeDistrust(stat, trust.owners));
    return problem === undefined ? readAll(file, mostBytes) : { bytes: undefined, problem };
  } catch (error) {
    return { bytes: undefined, problem: describeError(error as NodeJS.ErrnoException, path) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * Read a text that a person wrote, as a configuration file is.
 *
 * @param mostBytes - A longer file is not read at all.
 */
export function readWritten(path: string, mostBytes: number): FileRead {
  const read = readFile(path, mostBytes);
  if (read.bytes === undefined) return read;
  if (!read.isWhole)
    return { bytes: undefined, problem: `is longer than ${Math.floor(mostBytes / 1024)} KiB` };
  return read.bytes.includes(0)
    ? { bytes: undefined, problem: 'is not text: it holds a NUL byte' }
    : read;
}

function readAll(file: number, mostBytes: number): FileRead {
  const parts: Buffer[] = [];
  for (let length = 0; ; ) {
    // One byte more than is wanted tells whether the file is longer.
    const read = readSync(file, chunk, 0, Math.min(CHUNK_BYTES, mostBytes - length + 1), null);
    if (read === 0) return { bytes: Buffer.concat(parts, length), isWhole: true };
    const taken = Math.min(read, mostBytes - length);
    parts.push(Buffer.from(chunk.subarray(0, taken)));
    length += taken;
    if (taken < read) return { bytes: Buffer.concat(parts, length), isWhole: false };
  }
}

/**
 * Why a file is not believed: the end of a sentence about it; `undefined` where it is.
 *
 * @param owners - User ids.
 */
export function describeDistrust(stat: Stats, owners: readonly number[]): string | undefined {
  if (!owners.includes(stat.uid)) return `belongs to user ${stat.uid}`;
  return (stat.mode & 0o002) === 0 ? undefined : 'can be written by every user';
}

function describeKind(stat: Stats): string | undefined {
  if (stat.isFile()) return undefined;
  if (stat.isDirectory()) return 'is a directory, not a file';
  if (stat.isFIFO()) return 'is a named pipe, not a file';
  return stat.isSocket() ? 'is a socket, not a file' : 'is a device, not a file';
}

function describeError({ code }: NodeJS.ErrnoException, path: string | Buffer): string | undefined {
  if (code === 'ENOTDIR') return undefined;
  // The kernel opens no socket.
  if (code === 'ENXIO') return 'is a socket, not a file';
  if (code !== 'ENOENT') return `cannot be read: ${code}`;
  return isLink(path) ? 'is a link to a file that is not there' : undefined;
}

function isLink(path: string | Buffer): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch {
    // One of its directories is gone by now.
    return false;
  }
}
