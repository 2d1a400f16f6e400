import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type BpftraceCommand,
  chooseProgramPlace,
  toInvocation,
} from '../../src/bpftrace/command.ts';
import { spawnBpftrace } from '../../src/bpftrace/spawn.ts';
import { buildBpftrace } from '../builders.ts';
import { VERSIONS } from '../fixtures.ts';

/** Longer than a pipe holds. */
const TEXT = `BEGIN { printf("${'x'.repeat(200_000)}"); }`;

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'spawn-'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** A bpftrace that is a shell script. */
function commandOf(version: string, script = 'exit 0'): BpftraceCommand {
  const path = join(root, 'bpftrace');
  writeFileSync(path, `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  return {
    bpftrace: { ...buildBpftrace(version), path },
    privilege: 'root',
    lifeline: [],
    programText: TEXT,
    mapKeys: undefined,
    attachPoints: [],
    parameters: ['1', '2'],
  };
}

/** Reads the program from where the words before its parameters say, as bpftrace does. */
const PRINT_PROGRAM =
  'n=$#; place=$' + '{@:n-2:1}; if [ "$place" = - ]; then cat; else cat "$place"; fi';

describe.each(VERSIONS)('bpftrace %s', (version) => {
  test('gets its program, which no argument shows', async () => {
    const command = commandOf(version, PRINT_PROGRAM);
    const { words } = toInvocation(command, chooseProgramPlace(command));
    expect(Math.max(...words.map(({ length }) => length))).toBeLessThan(200);
    const child = spawnBpftrace(command);
    let output = '';
    for await (const text of child.stdout.setEncoding('utf8')) output += text;
    expect(output).toBe(TEXT);
  });

  test('may end without having read it', async () => {
    const child = spawnBpftrace(commandOf(version, 'exit 3'));
    child.stdout.resume();
    child.stderr.resume();
    expect(await child.ended).toMatchObject({ exitCode: 3 });
  });
});

test('a program in a file leaves nothing behind', async () => {
  const own = mkdtempSync(join(root, 'tmp-'));
  vi.stubEnv('TMPDIR', own);
  const child = spawnBpftrace(commandOf('0.11.3'));
  vi.unstubAllEnvs();
  expect(readdirSync(own)).toEqual([]);
  child.stdout.resume();
  child.stderr.resume();
  await child.ended;
});

test('where no file can be made, the program is an argument', async () => {
  vi.stubEnv('TMPDIR', '/nowhere');
  const child = spawnBpftrace({ ...commandOf('0.11.3', 'echo "$4 $5"'), programText: 'TEXT' });
  vi.unstubAllEnvs();
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8')) output += text;
  expect(output).toMatch(/ -e\n$/);
});

test('sudo closes all descriptors but the first three', () => {
  expect(chooseProgramPlace({ ...commandOf('0.11.3'), privilege: 'sudo' })).toBe('argument');
  expect(chooseProgramPlace({ ...commandOf('0.17.0'), privilege: 'sudo' })).toBe('stdin');
});
