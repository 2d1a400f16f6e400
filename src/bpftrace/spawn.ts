import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { assertDescriptorsLeft } from '../host/descriptors.ts';
import { type BpftraceCommand, chooseProgramPlace, toInvocation } from './command.ts';

/**
 * Start a bpftrace, and give it its program.
 *
 * @returns Its process, with pipes for its output. It has no id where it cannot be started, and rejects then.
 * @throws Error `EMFILE` or `ENFILE` where no descriptors are left.
 */
export function spawnBpftrace(command: BpftraceCommand) {
  assertDescriptorsLeft();
  const wanted = chooseProgramPlace(command);
  const file = wanted === 'file' ? openText(command.programText) : undefined;
  const place = wanted === 'file' && file === undefined ? 'argument' : wanted;
  const { words, environment } = toInvocation(command, place);
  const [program = '', ...args] = words;
  try {
    return execa(program, args, {
      env: environment,
      extendEnv: false,
      cwd: '/',
      stdio: [
        place === 'stdin' ? 'pipe' : 'ignore',
        'pipe',
        'pipe',
        // Any descriptor of ours will do, although execa's types do not know it.
        ...(file === undefined ? [] : [file as unknown as 'ignore']),
      ],
      ...(place === 'stdin' ? { input: command.programText } : {}),
      buffer: false,
      detached: true,
    });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** @returns A descriptor of a file without a name that holds a text; `undefined` where none can be made: a disk may be full. */
function openText(text: string): number | undefined {
  let directory: string | undefined;
  try {
    directory = mkdtempSync(join(tmpdir(), 'ebpf-processes-'));
    const path = join(directory, 'program.bt');
    writeFileSync(path, text);
    return openSync(path, 'r');
  } catch {
    return undefined;
  } finally {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  }
}
