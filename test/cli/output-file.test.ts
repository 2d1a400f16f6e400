import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openOutputFile } from '../../src/cli/output-file.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'output-file-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Open an output, write to it, and let go of it. */
function write(path: string, text: string): void {
  const file = openOutputFile(path);
  file.write(text);
  file.close();
}

describe('a file', () => {
  test('is there only when the report is', () => {
    const path = join(root, 'report');
    const file = openOutputFile(path);
    expect(readdirSync(root)).not.toContain('report');
    file.write('all of it');
    file.close();
    expect(readFileSync(path, 'utf8')).toBe('all of it');
    expect(readdirSync(root)).toEqual(['report']);
  });

  test('that is there stays as it is until then, and keeps its mode', () => {
    const path = join(root, 'report');
    writeFileSync(path, 'a longer text of before', { mode: 0o640 });
    const file = openOutputFile(path);
    expect(readFileSync(path, 'utf8')).toBe('a longer text of before');
    file.write('new');
    file.close();
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  test('is as it was, and nothing is beside it, where no report comes', () => {
    const path = join(root, 'report');
    writeFileSync(path, 'old');
    openOutputFile(path).close();
    expect(readdirSync(root)).toEqual(['report']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  test('behind a link is replaced, not the link', () => {
    symlinkSync('target', join(root, 'link'));
    for (const text of ['once', 'twice']) {
      write(join(root, 'link'), text);
      expect(lstatSync(join(root, 'link')).isSymbolicLink()).toBe(true);
      expect(readFileSync(join(root, 'target'), 'utf8')).toBe(text);
    }
  });
});

test('a pipe is written to', () => {
  const path = join(root, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  write(path, 'for the reader');
  const bytes = Buffer.alloc(100);
  expect(bytes.toString('utf8', 0, readSync(reader, bytes))).toBe('for the reader');
  closeSync(reader);
  expect(statSync(path).isFIFO()).toBe(true);
});

describe('a place that cannot be written is known before', () => {
  test.each<[string, (path: string) => string, string]>([
    ['in no directory', (path) => `${path}/x`, 'no such file or directory'],
    ['a directory', () => root, 'it is a directory'],
    [
      'a pipe that nobody reads',
      (path) => {
        execFileSync('mkfifo', [path]);
        return path;
      },
      'nobody reads this pipe',
    ],
    [
      'a loop of links',
      (path) => {
        symlinkSync(path, path);
        return path;
      },
      'too many symbolic links encountered',
    ],
  ])('%s', (_, make, why) => {
    const path = make(join(root, 'place'));
    expect(() => openOutputFile(path)).toThrow(`cannot write to ${path}: ${why}`);
  });
});

test('a full disk is said when the report is there', () => {
  const file = openOutputFile('/dev/full');
  expect(() => file.write('x')).toThrow('cannot write to /dev/full: no space left on device');
  file.close();
});
