import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRecording } from '../../src/cli/recording-input.ts';
import { RecordingOutput } from '../../src/cli/recording-output.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'recording-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A header as far as the reader of files looks at it. */
function header(id: string, part: number): string {
  return `${JSON.stringify({
    recording: 1,
    program: '1',
    id,
    part,
    host: 'h',
    facts: { kernel: { release: '6' }, bpftrace: { version: '0' }, btf: 'absent', cpus: 1 },
    plan: { events: [], keying: null, warnings: [], notes: [] },
    wants: { apps: false, cgroups: false },
    notices: [],
  })}\n`;
}

/** Write lines of 10,000 bytes into a recording that may take so many. */
async function write(path: string, lines: number, mostBytes: number): Promise<RecordingOutput> {
  let part = 0;
  const output = new RecordingOutput(path, mostBytes, () => {
    part += 1;
    return header('a', part);
  });
  output.open();
  await output.begin();
  for (let i = 0; i < lines; i++) await output.write(() => `${i} ${'x'.repeat(9_990)}\n`);
  await output.close();
  return output;
}

async function read(path: string, stdin = Readable.from([])) {
  const [lines, damage]: [string[], string[]] = [[], []];
  for await (const line of readRecording(path, stdin, (sentence) => damage.push(sentence))) {
    lines.push(line.startsWith('{') ? 'header' : (line.split(' ')[0] ?? ''));
  }
  return { lines, damage };
}

describe.each(['recording', 'recording.gz'])('%s', (name) => {
  test('holds the lines, and is for its owner alone', async () => {
    const path = join(root, name);
    writeFileSync(path, 'old', { mode: 0o644 });
    await write(path, 2, 1e6);
    expect((await read(path)).lines).toEqual(['header', '0', '1']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('has each line when it is written', async () => {
    const path = join(root, name);
    const output = new RecordingOutput(path, 1e6, () => header('a', 1));
    output.open();
    await output.begin();
    await output.write(() => '0\n');
    expect(await read(path)).toEqual({ lines: ['header', '0'], damage: [] });
    await output.close();
  });

  test('that was cut off is read up to there', async () => {
    const path = join(root, name);
    await write(path, 3, 1e6);
    truncateSync(path, statSync(path).size - 15);
    const { lines, damage } = await read(path);
    expect(lines.slice(0, 3)).toEqual(['header', '0', '1']);
    expect(damage).toEqual([]);
  });
});

test('what does not fit goes into a file beside it, and the oldest is thrown away', async () => {
  const path = join(root, 'recording');
  const output = await write(path, 25, 100_000);
  expect(output.isCut).toBe(true);
  expect(statSync(path).size + statSync(`${path}.1`).size).toBeLessThanOrEqual(120_000);
  expect(output.bytes).toBe(statSync(path).size + statSync(`${path}.1`).size);
  const { lines } = await read(path);
  expect(lines.filter((line) => line !== 'header').at(-1)).toBe('24');
  expect(lines.filter((line) => line === 'header')).toHaveLength(2);
  const numbers = lines.filter((line) => line !== 'header').map(Number);
  expect(numbers).toEqual(numbers.map((_, i) => 25 - numbers.length + i));
});

test('a file of another recording beside it is left alone', async () => {
  const path = join(root, 'recording');
  writeFileSync(path, `${header('a', 2)}5\n`);
  writeFileSync(`${path}.1`, `${header('b', 1)}4\n`);
  expect((await read(path)).lines).toEqual(['header', '5']);
  rmSync(`${path}.1`);
  expect((await read(path)).lines).toEqual(['header', '5']);
});

test('whether it is compressed is seen from what it holds', async () => {
  const path = join(root, 'recording');
  writeFileSync(path, gzipSync(`${header('a', 1)}0\n`));
  expect((await read(path)).lines).toEqual(['header', '0']);
});

test('a compressed file that is broken is read up to there, and that is told', async () => {
  const path = join(root, 'recording.gz');
  await write(path, 3, 1e6);
  const whole = readFileSync(path);
  const broken = Buffer.from(whole);
  broken.fill(0xff, Math.floor(whole.length / 2), Math.floor(whole.length / 2) + 8);
  writeFileSync(path, broken);
  const { lines, damage } = await read(path);
  expect(lines.length).toBeLessThan(4);
  expect(damage.join()).toMatch(/^the compressed file is broken after \d+ lines: /);
});

test('a line without an end takes no more memory than the longest line', async () => {
  const path = join(root, 'recording.gz');
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 'x'));
  writeFileSync(path, Buffer.concat([gzipSync(`${header('a', 1)}0\n`), bomb]));
  expect(gunzipSync(readFileSync(path)).length).toBeGreaterThan(64 * 1024 * 1024);
  expect((await read(path)).lines).toEqual(['header', '0']);
});

test('standard output takes a recording of any length, and is not closed', async () => {
  const stdout = new PassThrough();
  const output = new RecordingOutput('-', 100, () => header('a', 1), stdout as never);
  output.open();
  await output.begin();
  for (let i = 0; i < 3; i++) await output.write(() => `${i} ${'x'.repeat(200)}\n`);
  await output.close();
  expect(output.bytes).toBe(stdout.readableLength);
  expect(stdout.writableEnded).toBe(false);
  stdout.end();
  expect((await read('-', stdout)).lines).toEqual(['header', '0', '1', '2']);
});

test('standard input is read as it comes', async () => {
  const stdin = Readable.from([Buffer.from(header('a', 1)), Buffer.from('0\n1')]);
  expect((await read('-', stdin)).lines).toEqual(['header', '0']);
});

test.each([
  ['a file that is not there', 'none', 'ENOENT'],
  ['a directory', '', 'EISDIR'],
])('%s is refused in one sentence', async (_, name, code) => {
  await expect(read(join(root, name))).rejects.toThrow(`cannot read the recording: ${code}`);
});

test('a place that cannot be written is known at the start', () => {
  const output = new RecordingOutput(join(root, 'none', 'x'), 1e6, () => '');
  expect(() => output.open()).toThrow(/^cannot write to .*none\/x: no such file or directory$/);
});

test('a disk that is full leaves what was written before', async () => {
  const output = new RecordingOutput('/dev/full', 1e6, () => header('a', 1));
  output.open();
  await expect(output.begin()).rejects.toThrow('cannot write to /dev/full: no space is left');
  await output.close();
});
