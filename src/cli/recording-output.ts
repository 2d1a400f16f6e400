import {
  closeSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { createGzip, type Gzip, constants as zlib } from 'node:zlib';
import { UserError } from '../errors.ts';
import { writeAll } from './output-stream.ts';

/** The recording may hold command lines, which are nobody else's business. */
const MODE = 0o600;

/** A file that grows by lines, each of which is in the file when `write` resolves. */
interface LineFile {
  readonly bytes: number;
  /** Not a pipe and not a device. */
  readonly isFile: boolean;
  write(line: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Where a recording goes: to a file, and where that has half of the bytes that are allowed, to a new one; the one before is then
 * `FILE.1`, and what was there is gone. A pipe or a device is written to without end.
 */
export class RecordingOutput {
  readonly #path: string;
  readonly #mostBytes: number;
  readonly #beginFile: () => string;
  readonly #stdout: NodeJS.WriteStream;
  #file: LineFile | undefined;
  #isOpen = false;
  #files = 0;
  #before = 0;

  /**
   * @param path - `-` for standard output; compressed where it ends in `.gz`.
   * @param mostBytes - Of both files.
   * @param beginFile - Makes the first line of each file.
   * @param stdout - For `-`.
   */
  constructor(
    path: string,
    mostBytes: number,
    beginFile: () => string,
    stdout: NodeJS.WriteStream = process.stdout,
  ) {
    this.#stdout = stdout;
    this.#path = path;
    this.#mostBytes = mostBytes;
    this.#beginFile = beginFile;
  }

  /** Bytes of all files that are there. */
  get bytes(): number {
    return this.#before + (this.#file?.bytes ?? 0);
  }

  /** True after the first part was thrown away. */
  get isCut(): boolean {
    return this.#files > 2;
  }

  /** @throws UserError `OUTPUT_UNWRITABLE`. */
  open(): void {
    this.#file = this.#explain(() =>
      this.#path === '-' ? new StreamFile(this.#stdout) : openLineFile(this.#path),
    );
    this.#files += 1;
    this.#isOpen = true;
  }

  /** Begin the first file. @throws UserError `OUTPUT_UNWRITABLE`. */
  async begin(): Promise<void> {
    await this.#write(this.#beginFile());
  }

  /** @throws UserError `OUTPUT_UNWRITABLE`; what was written before can be read. */
  async write(makeLine: () => string): Promise<void> {
    if (this.#file?.isFile && this.#file.bytes >= this.#mostBytes / 2) await this.#rotate();
    await this.#write(makeLine());
  }

  async close(): Promise<void> {
    if (this.#isOpen) await this.#file?.close();
    this.#isOpen = false;
  }

  async #rotate(): Promise<void> {
    this.#before = this.#file?.bytes ?? 0;
    await this.close();
    this.#explain(() => renameSync(this.#path, `${this.#path}.1`));
    this.open();
    await this.begin();
  }

  async #write(line: string): Promise<void> {
    try {
      await this.#file?.write(line);
    } catch (error) {
      throw error instanceof UserError ? error : unwritable(this.#path, error);
    }
  }

  #explain<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }
}

function openLineFile(path: string): LineFile {
  const plain = new PlainFile(openSync(path, 'w', MODE));
  return path.endsWith('.gz') ? new GzipFile(plain) : plain;
}

class PlainFile implements LineFile {
  readonly #file: number;
  readonly isFile: boolean;
  bytes = 0;

  constructor(file: number) {
    this.#file = file;
    this.isFile = fstatSync(file).isFile();
    // It may have been there.
    if (this.isFile) fchmodSync(file, MODE);
  }

  async write(line: string): Promise<void> {
    this.append(Buffer.from(line));
  }

  /** Write all of it, or nothing. */
  append(data: Buffer): void {
    try {
      for (let done = 0; done < data.length; ) done += writeSync(this.#file, data, done);
      this.bytes += data.length;
    } catch (error) {
      if (this.isFile) ftruncateSync(this.#file, this.bytes);
      throw error;
    }
  }

  async close(): Promise<void> {
    closeSync(this.#file);
  }
}

/** Standard output: its reader may be slow. */
class StreamFile implements LineFile {
  readonly #stream: NodeJS.WriteStream;
  readonly isFile = false;
  bytes = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  async write(line: string): Promise<void> {
    await writeAll(this.#stream, line);
    this.bytes += Buffer.byteLength(line);
  }

  async close(): Promise<void> {
    // It is not ours.
  }
}

class GzipFile implements LineFile {
  readonly #file: PlainFile;
  readonly #gzip: Gzip = createGzip();
  #failure: unknown;

  constructor(file: PlainFile) {
    this.#file = file;
    this.#gzip.on('data', (data: Buffer) => {
      try {
        if (this.#failure === undefined) file.append(data);
      } catch (error) {
        this.#failure = error;
      }
    });
  }

  get bytes(): number {
    return this.#file.bytes;
  }

  get isFile(): boolean {
    return this.#file.isFile;
  }

  async write(line: string): Promise<void> {
    this.#gzip.write(line);
    // So that a reader, or whoever is left after a crash, has this line.
    await new Promise<void>((resolve) => this.#gzip.flush(zlib.Z_SYNC_FLUSH, () => resolve()));
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#gzip.on('end', resolve).end());
    await this.#file.close();
    if (this.#failure !== undefined) throw this.#failure;
  }
}

function unwritable(path: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = code === 'ENOSPC' ? 'no space is left' : message.replace(/^\w+: ([^,]*),.*$/, '$1');
  return new UserError('OUTPUT_UNWRITABLE', `cannot write to ${path}: ${why}`, {
    hint: `name another file with --output FILE${code === 'ENOSPC' ? ', or allow less with --max-size' : ''}`,
    cause: error,
  });
}
