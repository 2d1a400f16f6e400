import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFile, readWritten } from '../../src/procfs/read-file.ts';
import { readText } from '../../src/procfs/read-text.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'read-file-'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** The path of a file of the test. */
function write(name: string, content: string | Buffer): string {
  const path = join(root, name);
  writeFileSync(path, content);
  return path;
}

describe('a file is read', () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 200_000])('whole, where it has %i bytes', (length) => {
    const content = Buffer.alloc(length, 'abcdefg');
    const read = readFile(write('whole', content), 200_000);
    expect(read).toMatchObject({ isWhole: true });
    expect(read.bytes?.equals(content)).toBe(true);
  });

  test.each([0, 1, 65_536, 100_000])('up to a bound of %i bytes', (most) => {
    const read = readFile(write('long', Buffer.alloc(most + 1, 'x')), most);
    expect(read).toMatchObject({ isWhole: false });
    expect(read.bytes).toHaveLength(most);
  });

  test('of /proc too, whose files say that they are empty', () => {
    expect(readText('/proc/self/status')).toMatch(/^Name:\t/);
    expect(readText('/proc/self/status', 5)).toBe('Name:');
  });

  test('by a path that is not UTF-8', () => {
    const path = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]);
    writeFileSync(path, '\xe4', 'latin1');
    expect(readText(path)).toBe('\xe4');
  });
});

describe('what is not a file is not waited for', () => {
  test('a pipe without a writer', () => {
    const path = join(root, 'pipe');
    execFileSync('mkfifo', [path]);
    expect(readFile(path, 10)).toEqual({
      bytes: undefined,
      problem: 'is a named pipe, not a file',
    });
    expect(readText(path)).toBeUndefined();
  });

  test('what is not there has no problem', () => {
    for (const path of [join(root, 'none'), '/dev/null/none'])
      expect(readFile(path, 10)).toEqual({ bytes: undefined, problem: undefined });
  });
});

test('what a person wrote is read whole or not at all', () => {
  const path = write('written', 'x'.repeat(2_048));
  expect(readWritten(path, 2_048).bytes?.toString()).toHaveLength(2_048);
  expect(readWritten(path, 2_047)).toEqual({ bytes: undefined, problem: 'is longer than 1 KiB' });
});
