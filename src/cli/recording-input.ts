import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LineSplitter } from '../bpftrace/line-splitter.ts';
import { UserError } from '../errors.ts';
import { LONGEST_LINE, RecordingReader } from '../recording/reader.ts';

/** What zlib says of a file that ends too early: it was cut off, or is still written. */
const CUT = 'Z_BUF_ERROR';

/**
 * The lines of a recording, those of `FILE.1` first where that is the part before.
 *
 * @param path - `-` for standard input.
 * @param onDamage - Called with what is wrong with a file as a whole.
 * @throws UserError `RECORDING_UNREADABLE` where the file cannot be opened.
 */
export async function* readRecording(
  path: string,
  stdin: Readable,
  onDamage: (sentence: string) => void,
): AsyncGenerator<string, void, undefined> {
  if (path === '-') {
    yield* readLines(stdin, onDamage);
    return;
  }
  if (await isPartBefore(`${path}.1`, path)) yield* readLines(open(`${path}.1`), onDamage);
  yield* readLines(open(path), onDamage);
}

async function isPartBefore(first: string, second: string): Promise<boolean> {
  const later = await readHeader(second);
  if (later === undefined || later.part === 1) return false;
  try {
    const earlier = await readHeader(first);
    return earlier?.id === later.id && earlier.part === later.part - 1;
  } catch {
    // It is gone: what is left can be read without it.
    return false;
  }
}

async function readHeader(path: string) {
  for await (const line of readLines(open(path), () => undefined)) {
    const entry = new RecordingReader().push(line);
    return entry.kind === 'header' ? entry.header : undefined;
  }
  return undefined;
}

/** Whole lines; what stands behind the last line break is one that is still written, unless it is all that there is. */
async function* readLines(
  source: Readable,
  onDamage: (sentence: string) => void,
): AsyncGenerator<string, void, undefined> {
  const splitter = new LineSplitter(LONGEST_LINE);
  let lines = 0;
  try {
    for await (const chunk of source.setEncoding('utf8')) {
      for (const line of splitter.push(chunk)) {
        lines += 1;
        yield line;
      }
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('Z_')) throw unreadable(message);
    if (code !== CUT) onDamage(`the compressed file is broken after ${lines} lines: ${message}`);
  } finally {
    source.destroy();
  }
  const rest = splitter.takeRest();
  if (lines === 0 && rest !== '') yield rest;
}

function open(path: string): Readable {
  try {
    const file = openSync(path, 'r');
    const begin = Buffer.alloc(2);
    // A pipe cannot be read from a place.
    const isPlace = readsAt(file, begin);
    closeSync(file);
    const isGzip = isPlace ? begin.readUInt16BE() === 0x1f8b : path.endsWith('.gz');
    const source = createReadStream(path);
    // Errors of the source reach the reader as those of the last stream.
    return isGzip ? pipeline(source, createGunzip(), () => undefined) : source;
  } catch (error) {
    throw unreadable((error as Error).message);
  }
}

function readsAt(file: number, begin: Buffer): boolean {
  try {
    readSync(file, begin, 0, begin.length, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESPIPE') return false;
    throw error;
  }
}

function unreadable(message: string): UserError {
  return new UserError('RECORDING_UNREADABLE', `cannot read the recording: ${message}`, {
    hint: 'name a file that was written by: ebpf-processes record -o FILE',
  });
}
