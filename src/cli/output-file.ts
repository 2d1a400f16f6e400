import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  ftruncateSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../errors.ts';

/** The file that a report will be written to. */
export interface OutputFile {
  /** Write all of a text, once. @throws UserError `OUTPUT_UNWRITABLE`; what was there before is then still there. */
  write(text: string): void;
  /** Let go of it. What was not written leaves no trace. */
  close(): void;
}

/**
 * Open a file for a report that comes later, so that a place that cannot be written is known now. A file is replaced as a
 * whole, when the report is there: nobody ever reads half of one. A pipe or a device is written to.
 *
 * @throws UserError `OUTPUT_UNWRITABLE` with the reason.
 */
export function openOutputFile(path: string): OutputFile {
  const file = explaining(path, () => openAt(path));
  return {
    write: (text) => explaining(path, () => file.write(text)),
    close: () => file.close(),
  };
}

function openAt(path: string): OutputFile {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing === undefined) return openReplacement(followLink(path), undefined);
  const target = existing.isFile() ? findFile(path) : undefined;
  return target === undefined ? openInPlace(path) : openReplacement(target, existing);
}

/** The path of a file without links; `undefined` where it has none: /dev/stdout may lead to a file that was removed. */
function findFile(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** Where a link leads to a file that is not there yet; the path itself where it is no link. */
function followLink(path: string): string {
  try {
    return resolve(dirname(path), readlinkSync(path));
  } catch {
    // It is no link.
    return path;
  }
}

/** A new file beside the target, which takes its place, its owner and its mode. */
function openReplacement(target: string, existing: Stats | undefined): OutputFile {
  if (existing !== undefined) accessSync(target, constants.W_OK);
  const temporary = `${dirname(target)}/.ebpf-processes-${randomUUID()}`;
  let file: number;
  try {
    file = openSync(temporary, 'wx');
  } catch (error) {
    // We may write this file, but nothing beside it.
    if (existing !== undefined) return openInPlace(target);
    throw error;
  }
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    closeSync(file);
    rmSync(temporary, { force: true });
  };
  try {
    if (existing !== undefined) takeAfter(file, existing);
  } catch (error) {
    close();
    throw error;
  }
  return {
    write: (text) => {
      writeFileSync(file, text);
      renameSync(temporary, target);
    },
    close,
  };
}

function takeAfter(file: number, { uid, gid, mode }: Stats): void {
  if (process.geteuid?.() === 0) fchownSync(file, uid, gid);
  fchmodSync(file, mode & 0o7777);
}

function openInPlace(target: string): OutputFile {
  // Opened twice, because the first one does not wait for the reader of a pipe, and the second one waits for its room.
  const first = openSync(target, constants.O_WRONLY | constants.O_NONBLOCK);
  const file = openSync(target, constants.O_WRONLY);
  closeSync(first);
  return {
    write: (text) => {
      if (statSync(target).isFile()) ftruncateSync(file);
      writeFileSync(file, text);
    },
    close: () => closeSync(file),
  };
}

function explaining<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new UserError('OUTPUT_UNWRITABLE', `cannot write to ${path}: ${describe(error)}`, {
      hint: 'name another file with --output FILE',
      cause: error,
    });
  }
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'ENXIO') return 'nobody reads this pipe';
  // `EACCES: permission denied, open '/etc/x'`
  return /^\w+: ([^,]*)/.exec(message)?.[1] ?? message;
}
